// Why an upload stops, and which troubles pass by themselves.
import { HttpError } from "./http.js";

const TRANSIENT = new Set([0, 408, 425, 429, 500, 502, 503, 504]);

/** Ends the run; the row then shows `state`, or the server's own sentence. */
export class Stop extends Error {
  constructor(state, sentence = "") {
    super(sentence || state);
    this.state = state;
    this.sentence = sentence;
  }
}

/** What a store on another origin answered; it speaks no JSON, so there is only its status. */
export class StoreError extends HttpError {
  constructor(status) {
    super(status, null);
  }
}

/** Our own server got other bytes than were sent: they were cut off or changed on the way. */
export class SpoiledError extends HttpError {}

/** Whether the same request may well succeed later. fetch() throws TypeError without a line. */
export function isTransient(error) {
  const status = error instanceof TypeError ? 0 : error.status;
  return TRANSIENT.has(status) || error.retryAfter > 0;
}

/** The end that `error` means for the file. */
export function asStop(error) {
  if (error instanceof Stop) return error;
  if (!(error instanceof HttpError) || error instanceof StoreError) return new Stop("failed");
  if (error.status === 401 || error.status === 403) return new Stop("signed-out");
  if (error.status === 404) return new Stop("gone");
  if (error.status === 507) return new Stop("full", error.body?.error);
  if (error.body?.changed) return new Stop("changed");
  return new Stop(error.body?.error ? "refused" : "failed", error.body?.error);
}
