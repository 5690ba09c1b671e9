// One file on its way to the server: begun or resumed, in parts, until all of it is there.
import { HttpError, sendJson } from "./http.js";
import * as memory from "./upload-memory.js";
import { putPart, sha256 } from "./upload-part.js";

const AT_ONCE = 3;
const LONGEST_WAIT = 30_000;
const TRANSIENT = new Set([0, 408, 425, 429, 500, 502, 503, 504]);
const FINISHED = new Set(["uploaded", "verified", "published", "rejected"]);

/** Ends the run; the row then shows `state`, or the server's own sentence. */
class Stop extends Error {
  constructor(state, sentence = "") {
    super(sentence || state);
    this.state = state;
    this.sentence = sentence;
  }
}

/**
 * States: waiting → preparing → checking → sending ⇄ retrying, offline → uploaded → verified or
 * rejected; paused, signed-out, elsewhere, full, failed (these can be resumed); refused, changed,
 * unreadable, gone, cancelled. Events: "change" (state), "progress".
 */
export class Transfer extends EventTarget {
  constructor(file, { beginUrl, resumeUrl }) {
    super();
    this.file = file;
    this.beginUrl = beginUrl;
    this.resumeUrl = resumeUrl;
    this.state = "waiting";
    this.sentence = "";
    this.server = null;
    this.trusted = new Set(); // parts that the server has and that we know to be ours
    this.underway = new Map(); // part number → bytes sent of it
    this.transmitted = 0; // bytes that really went over the line, for the speed
    this.seconds = 0; // until the next try
  }

  get active() {
    return ["preparing", "checking", "sending", "retrying", "offline"].includes(this.state);
  }

  get resumable() {
    return ["paused", "signed-out", "elsewhere", "full", "failed"].includes(this.state);
  }

  get over() {
    return !this.active && !this.resumable && this.state !== "waiting";
  }

  get done() {
    if (FINISHED.has(this.state)) return this.file.size;
    let bytes = 0;
    for (const number of this.trusted) bytes += this.lengthOf(number);
    for (const sent of this.underway.values()) bytes += sent;
    return bytes;
  }

  lengthOf(number) {
    const { part_size: size } = this.server;
    return Math.min(size, this.file.size - size * (number - 1));
  }

  become(state, sentence = "") {
    this.state = state;
    this.sentence = sentence;
    this.dispatchEvent(new Event("change"));
  }

  moved() {
    this.dispatchEvent(new Event("progress"));
  }

  pause() {
    this.controller?.abort(new Stop("paused"));
    if (this.state === "waiting") this.become("paused");
  }

  wait() {
    this.become("waiting");
  }

  /** Stop for good, and have the server throw away what it holds. */
  async cancel() {
    this.controller?.abort(new Stop("cancelled"));
    this.become("cancelled");
    memory.forget(this.beginUrl, this.file);
    await this.running;
    if (this.server) await sendJson("DELETE", this.server.urls.self).catch(() => null);
  }

  /** Run until it is sent, or stopped for a reason that `state` tells. Never throws. */
  start() {
    this.running = this.run();
    return this.running;
  }

  async run() {
    this.controller = new AbortController();
    this.signal = this.controller.signal;
    try {
      this.become("preparing");
      await this.open();
      await this.alone(() => this.sendAll());
      memory.forget(this.beginUrl, this.file);
      this.become(this.server.state === "rejected" ? "rejected" : "uploaded", this.server.reason);
    } catch (error) {
      const end = this.signal.aborted ? this.signal.reason : asStop(error);
      this.controller.abort(end); // the other parts under way stop too
      this.underway.clear();
      if (this.state !== "cancelled") this.become(end.state, end.sentence);
    }
  }

  /** Find what the server has of this file, or begin. */
  async open() {
    if (this.server) {
      this.server = await this.persist(() => sendJson("GET", this.server.urls.self));
      if (this.server.state === "aborted") throw new Stop("cancelled");
      return;
    }
    const { name, size, type } = this.file;
    for (const url of [memory.recall(this.beginUrl, this.file), this.resumeUrl]) {
      const known = url && (await this.persist(() => getOrNull(url)));
      const same = known && known.size === size && known.name === name.normalize("NFC");
      if (same && (known.state === "pending" || FINISHED.has(known.state))) {
        if (known.state !== "rejected") return this.opened(known);
      }
      if (url) memory.forget(this.beginUrl, this.file);
    }
    if (!this.beginUrl) throw new Stop("changed");
    // Not broken off by pause or cancel: what has begun must be known, to be gone on with.
    const token = memory.token(this.beginUrl, this.file);
    await this.persist(async () => {
      this.opened(await sendJson("POST", this.beginUrl, { name, size, type, token }));
    });
  }

  opened(server) {
    this.server = server;
    memory.remember(this.beginUrl, this.file, server.urls.self);
  }

  /** Two tabs must not send the same file at a time. */
  async alone(work) {
    if (!navigator.locks) return work();
    await navigator.locks.request(
      `upload:${this.server.id}`,
      { ifAvailable: true },
      async (lock) => {
        if (!lock) throw new Stop("elsewhere");
        await work();
      },
    );
  }

  async sendAll() {
    for (let round = 0; round < 5 && !FINISHED.has(this.server.state); round += 1) {
      await this.checkStored();
      this.become("sending");
      const missing = [];
      for (let number = 1; number <= this.server.part_count; number += 1) {
        if (!this.trusted.has(number)) missing.push(number);
      }
      const sender = async () => {
        while (missing.length) await this.sendPart(missing.shift());
      };
      try {
        await Promise.all(Array.from({ length: AT_ONCE }, sender));
        // One key for all tries: completing is done once, and refusals are not remembered.
        const headers = { "Idempotency-Key": `complete-${this.server.id}` };
        this.server = await this.request("POST", this.server.urls.complete, headers);
      } catch (error) {
        if (error.status !== 409) throw error;
        missing.length = 0;
        // A part is missing after all, or the upload has moved on elsewhere: look again.
        for (const number of error.body?.missing ?? []) this.trusted.delete(number);
        this.server = await this.request("GET", this.server.urls.self);
        if (this.server.state === "aborted") throw new Stop("cancelled");
      }
    }
    if (!FINISHED.has(this.server.state)) throw new Stop("failed");
  }

  /** What was sent before must be the beginning of this very file: compare part by part. */
  async checkStored() {
    const unknown = this.server.parts.filter((part) => !this.trusted.has(part.number));
    if (unknown.length) this.become("checking");
    for (const part of unknown) {
      const hash = await sha256(await this.read(part.number));
      this.signal.throwIfAborted();
      if (!hash) return; // can't compare here, so all of it is sent again
      if (hash !== part.sha256) throw new Stop("changed");
      this.trusted.add(part.number);
      this.moved();
    }
  }

  async read(number) {
    const start = this.server.part_size * (number - 1);
    try {
      return await this.file.slice(start, start + this.lengthOf(number)).arrayBuffer();
    } catch {
      throw new Stop("unreadable");
    }
  }

  async sendPart(number) {
    const buffer = await this.read(number);
    const hash = await sha256(buffer);
    const url = this.server.urls.part.replace(/0\/$/, `${number}/`);
    let spoiled = 0;
    await this.persist(async () => {
      let before = 0;
      const onProgress = (loaded) => {
        const sent = Math.min(loaded, buffer.byteLength);
        this.transmitted += sent - before;
        before = sent;
        this.underway.set(number, sent);
        this.moved();
      };
      try {
        await putPart(url, buffer, hash, { signal: this.signal, onProgress });
      } catch (error) {
        this.underway.delete(number);
        // Cut off or changed on the way: the same bytes may well arrive next time.
        if ([400, 422].includes(error.status) && (spoiled += 1) < 4) error.status = 0;
        throw error;
      }
      this.underway.delete(number);
      this.trusted.add(number);
      this.moved();
    });
  }

  request(method, url, headers) {
    const options = { headers, signal: this.signal };
    return this.persist(() => sendJson(method, url, undefined, options));
  }

  /** Try until it works or can't; waits longer each time, less when the line comes back. */
  async persist(work) {
    const stage = this.state;
    for (let tries = 0; ; tries += 1) {
      this.signal.throwIfAborted();
      let least = 0;
      try {
        const answer = await work();
        this.signal.throwIfAborted();
        if (["retrying", "offline"].includes(this.state)) this.become(stage);
        return answer;
      } catch (error) {
        this.signal.throwIfAborted();
        const status = error instanceof TypeError ? 0 : error.status;
        least = 1000 * (error.retryAfter ?? 0);
        if (!TRANSIENT.has(status) && !least) throw error;
      }
      const backoff = Math.min(LONGEST_WAIT, 1000 * 2 ** tries) * (0.75 + Math.random() / 2);
      const delay = Math.max(least, backoff);
      this.seconds = Math.ceil(delay / 1000);
      this.become(navigator.onLine ? "retrying" : "offline");
      await this.rest(delay);
    }
  }

  rest(delay) {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        window.removeEventListener("online", wake);
        this.signal.removeEventListener("abort", wake);
        resolve();
      };
      // Without a line there is nothing to try; `online` may never be told, so look again.
      const timer = setTimeout(wake, navigator.onLine ? delay : LONGEST_WAIT);
      window.addEventListener("online", wake);
      this.signal.addEventListener("abort", wake);
    });
  }
}

async function getOrNull(url) {
  try {
    return await sendJson("GET", url);
  } catch (error) {
    if (error.status === 404) return null;
    throw error;
  }
}

function asStop(error) {
  if (error instanceof Stop) return error;
  if (!(error instanceof HttpError)) return new Stop("failed");
  if (error.status === 401 || error.status === 403) return new Stop("signed-out");
  if (error.status === 404) return new Stop("gone");
  if (error.status === 507) return new Stop("full", error.body?.error);
  return new Stop(error.body?.error ? "refused" : "failed", error.body?.error);
}
