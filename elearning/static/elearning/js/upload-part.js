// One part on its way: read, hashed, announced to the server, sent where it says.
import { sendJson } from "./http.js";
import { sha256 } from "./upload-file.js";
import { send } from "./upload-send.js";
import { isTransient, SpoiledError, StoreError } from "./upload-stop.js";

// How often bytes that were spoiled on the way, or a link that was refused, are tried again.
const AGAIN = { spoiled: 3, link: 3, other: 1 };

/**
 * One try. Everything is done anew each time: nothing is held in memory while waiting, a link is
 * always fresh, and a file that has changed meanwhile has another hash, which the server refuses.
 */
export async function tryPart({ file, number, start, length, url, signal, onProgress }) {
  const bytes = await file.read(start, length);
  const hash = await sha256(bytes);
  const target = await sendJson("POST", url, { number, sha256: hash }, { signal });
  // The very bytes that were hashed; as a Blob the browser may keep them outside of our memory.
  await send(target, new Blob([bytes]), { signal, onProgress });
}

/** For one part: whether trying it again after `error` is worthwhile. */
export function patience() {
  const left = { ...AGAIN };
  return (error) => {
    if (isTransient(error)) return true;
    const kind = kindOf(error);
    return kind !== null && (left[kind] -= 1) >= 0;
  };
}

function kindOf(error) {
  if (error instanceof StoreError) {
    if (error.status === 403) return "link";
    // S3 also says 400 when the bytes came too slowly.
    return error.status === 400 ? "spoiled" : "other";
  }
  return error instanceof SpoiledError ? "spoiled" : null;
}
