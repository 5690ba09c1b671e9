// What the server has of a file already, or a new beginning.
import { sendJson } from "./http.js";
import * as memory from "./upload-memory.js";
import { Stop } from "./upload-stop.js";

const USEFUL = ["pending", "uploaded", "verified", "published"];

/** Set `transfer.server`; and `transfer.anew` if what was sent before is there no more. */
export async function openUpload(transfer) {
  const { file, beginUrl, resumeUrl } = transfer;
  // Paused a moment ago or yesterday; or begun by this browser some time.
  const before = transfer.server?.urls.self ?? memory.recall(beginUrl, file);
  if (before && (await goOn(transfer, before, () => true))) return;
  if (before) {
    memory.forget(beginUrl, file);
    transfer.server = null;
    transfer.progress.forget();
    transfer.anew = true;
  }
  // What the page was opened to go on with, if this is its file.
  const isIt = ({ size, name }) => size === file.size && name === file.name.normalize("NFC");
  if (resumeUrl && resumeUrl !== before && (await goOn(transfer, resumeUrl, isIt))) return;
  if (!beginUrl) throw new Stop("changed");
  await begin(transfer);
}

async function goOn(transfer, url, isIt) {
  const server = await transfer.persist(() => getOrNull(url));
  // Of what was sent a moment ago the verdict is news; what was refused earlier is sent again.
  const useful = transfer.server ? [...USEFUL, "rejected"] : USEFUL;
  if (!server || !useful.includes(server.state) || !isIt(server)) return false;
  opened(transfer, server);
  return true;
}

/** Not broken off by pause or cancel: what has begun must be known, to be gone on with. */
async function begin(transfer) {
  const { name, size, type } = transfer.file;
  for (let round = 0; round < 2; round += 1) {
    const token = memory.token(transfer.beginUrl, transfer.file);
    await transfer.persist(async () => {
      opened(transfer, await sendJson("POST", transfer.beginUrl, { name, size, type, token }));
    });
    if (transfer.server.state !== "aborted") return;
    // An old token, whose answer was lost, named an upload that was thrown away since.
    memory.forget(transfer.beginUrl, transfer.file);
  }
}

function opened(transfer, server) {
  transfer.server = server;
  memory.remember(transfer.beginUrl, transfer.file, server.urls.self);
}

async function getOrNull(url) {
  try {
    return await sendJson("GET", url);
  } catch (error) {
    if (error.status === 404) return null;
    throw error;
  }
}
