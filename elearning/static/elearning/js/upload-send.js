// Bytes to where the server said that they belong: to itself, or to a store on another origin.
import { csrfToken, HttpError } from "./http.js";
import { SpoiledError, StoreError } from "./upload-stop.js";

const STALLED = 90_000;

/**
 * Send `blob` to `target` ({method, url, headers, fields}); `onProgress(bytes)` as it goes, which
 * fetch() can't tell. Rejects with an HttpError: StoreError if it is another origin's answer.
 */
export function send(target, blob, { signal, onProgress }) {
  const url = new URL(target.url, location);
  const own = url.origin === location.origin;
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const xhr = new XMLHttpRequest();
    let timer;
    const abort = () => xhr.abort();
    const alive = () => {
      clearTimeout(timer);
      timer = setTimeout(abort, STALLED);
    };
    const finish = (error) => {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
      if (error) reject(error);
      else resolve();
    };
    const lost = () => {
      if (signal.aborted) finish(signal.reason);
      else finish(own ? new HttpError(0, null) : new StoreError(0));
    };
    signal.addEventListener("abort", abort);
    xhr.upload.addEventListener("progress", (event) => {
      alive();
      onProgress(Math.min(event.loaded, blob.size));
    });
    xhr.addEventListener("error", lost);
    xhr.addEventListener("abort", lost);
    xhr.addEventListener("load", () => finish(own ? ownError(xhr, url) : storeError(xhr)));
    xhr.open(target.method, url);
    for (const [name, value] of Object.entries(target.headers)) xhr.setRequestHeader(name, value);
    // The token is for our own server alone; a store must never see it.
    if (own) xhr.setRequestHeader("X-CSRFToken", csrfToken());
    alive();
    xhr.send(target.fields ? form(target.fields, blob) : blob);
  });
}

/** `file` comes last: a store reads no field behind it. */
function form(fields, blob) {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.append(name, value);
  data.append("file", blob);
  return data;
}

const isGood = (status) => status >= 200 && status < 300;

function storeError(xhr) {
  return isGood(xhr.status) ? null : new StoreError(xhr.status);
}

function ownError(xhr, url) {
  // The session has ended: the request was led to the sign-in page.
  if (new URL(xhr.responseURL).pathname !== url.pathname) return new HttpError(401, null);
  let answer = null;
  try {
    answer = JSON.parse(xhr.responseText);
  } catch {
    // An error page of a server in between: its status says enough.
  }
  // "200" without our JSON is a portal's page, not our answer.
  if (isGood(xhr.status)) return xhr.responseText && !answer ? new HttpError(502, null) : null;
  if ([400, 422].includes(xhr.status)) return new SpoiledError(xhr.status, answer);
  return new HttpError(xhr.status, answer, Number(xhr.getResponseHeader("Retry-After")) || 0);
}
