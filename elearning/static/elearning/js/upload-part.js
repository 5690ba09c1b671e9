// One part on its way: hashed, sent with its progress, refused in the server's words.
import { csrfToken, HttpError } from "./http.js";

const STALLED = 90_000;

/** SHA-256 in hex; "" where the browser offers none (plain http on a network). */
export async function sha256(buffer) {
  if (!globalThis.crypto?.subtle) return "";
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", buffer));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** PUT `buffer`; `onProgress(bytes)` as it goes. fetch() can't tell how much was sent. */
export function putPart(url, buffer, hash, { signal, onProgress }) {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    let timer;
    const abort = () => xhr.abort();
    const alive = () => {
      clearTimeout(timer);
      timer = setTimeout(abort, STALLED);
    };
    const finish = (settle, value) => {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
      settle(value);
    };
    const lost = () =>
      finish(reject, signal.aborted ? signal.reason : new HttpError(0, null));
    signal.addEventListener("abort", abort);
    xhr.upload.addEventListener("progress", (event) => {
      alive();
      onProgress(event.loaded);
    });
    xhr.addEventListener("error", lost);
    xhr.addEventListener("abort", lost);
    xhr.addEventListener("load", () => {
      const elsewhere = new URL(xhr.responseURL).pathname !== new URL(url, location).pathname;
      if (elsewhere) return finish(reject, new HttpError(401, null));
      let answer = null;
      try {
        answer = JSON.parse(xhr.responseText);
      } catch {
        // An error page of a server in between: its status says enough.
      }
      if (xhr.status >= 200 && xhr.status < 300 && answer) return finish(resolve, answer);
      finish(reject, new HttpError(xhr.status || 502, answer));
    });
    xhr.open("PUT", url);
    xhr.setRequestHeader("Content-Type", "application/octet-stream");
    xhr.setRequestHeader("X-CSRFToken", csrfToken());
    if (hash) xhr.setRequestHeader("X-Part-SHA256", hash);
    alive();
    xhr.send(buffer);
  });
}
