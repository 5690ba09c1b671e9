// The parts of one file: those that are there are compared, those that are missing are sent.
import { sha256 } from "./upload-file.js";
import { patience, tryPart } from "./upload-part.js";
import { slots } from "./upload-slots.js";
import { isTransient, Stop } from "./upload-stop.js";

/** What was sent before must be the beginning of this very file: compare part by part. */
export async function checkStored(transfer) {
  const { file, progress, server, signal } = transfer;
  const unknown = server.parts.filter((part) => !progress.has(part.number));
  if (unknown.length) transfer.become("checking");
  for (const { number, sha256: expected } of unknown) {
    const { start, length } = place(transfer, number);
    const hash = await sha256(await file.read(start, length));
    signal.throwIfAborted();
    if (!hash) return; // can't compare here, so all of it is sent again
    if (hash !== expected) throw new Stop("changed");
    progress.keep(number, length);
    transfer.moved();
  }
}

/** Send what is missing, as many parts at a time as there are slots. */
export async function sendMissing(transfer) {
  const missing = [];
  for (let number = 1; number <= transfer.server.part_count; number += 1) {
    if (!transfer.progress.has(number)) missing.push(number);
  }
  if (missing.length) transfer.become("queued");
  const sender = async () => {
    while (missing.length) {
      try {
        await sendPart(transfer, missing.shift());
      } catch (error) {
        missing.length = 0;
        // The upload takes no parts any more; completing it will tell why.
        if (error.status !== 409 || error.body?.changed) throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: slots.most }, sender));
}

/** Where part `number` (from 1) lies in the file. */
function place({ file, server }, number) {
  const start = server.part_size * (number - 1);
  return { start, length: Math.min(server.part_size, file.size - start) };
}

async function sendPart(transfer, number) {
  const { file, order, progress, server, signal } = transfer;
  const { start, length } = place(transfer, number);
  const onProgress = (bytes) => {
    progress.sent(number, bytes);
    transfer.moved();
  };
  const once = async () => {
    if (transfer.stage === "queued") transfer.become("sending");
    try {
      const url = server.urls.parts;
      await tryPart({ file, number, start, length, url, signal, onProgress });
      slots.faster();
    } catch (error) {
      progress.lose(number);
      if (isTransient(error)) slots.slower();
      throw error;
    }
  };
  await transfer.persist(() => slots.use(order, signal, once), patience());
  progress.keep(number, length);
  transfer.moved();
}
