// One file on its way to the server: begun or resumed, in parts, until all of it is there.
import { sendJson } from "./http.js";
import { openUpload } from "./upload-begin.js";
import { ChosenFile } from "./upload-file.js";
import * as memory from "./upload-memory.js";
import { checkStored, sendMissing } from "./upload-parts.js";
import { Progress } from "./upload-progress.js";
import { persist } from "./upload-retry.js";
import { Slots } from "./upload-slots.js";
import { asStop, isTransient, Stop, StoreError } from "./upload-stop.js";

const WAITS = ["retrying", "offline", "unreachable"];
const ACTIVE = ["preparing", "checking", "queued", "sending", ...WAITS];
const RESUMABLE = ["paused", "signed-out", "elsewhere", "full", "failed"];
const FINISHED = ["uploaded", "verified", "published", "rejected"];

// One after the other, so that a lesson lists the files in the order in which they were chosen.
const beginnings = new Slots(1);
let lastOrder = 0;

/**
 * States: waiting → preparing → checking → queued (for a slot) → sending ⇄ retrying, offline,
 * unreachable (the store does not answer) → uploaded → verified or rejected; paused, signed-out,
 * elsewhere, full, failed (these can be resumed); refused, changed, unreadable, gone, cancelled.
 * Events: "change" (state), "progress".
 */
export class Transfer extends EventTarget {
  constructor(file, { beginUrl, resumeUrl }) {
    super();
    this.file = new ChosenFile(file);
    this.beginUrl = beginUrl;
    this.resumeUrl = resumeUrl;
    this.order = lastOrder += 1; // who was chosen first goes first
    this.state = "waiting";
    this.stage = "waiting"; // what it waits in the middle of
    this.sentence = "";
    this.seconds = 0; // until the next try
    this.anew = false; // what was sent before is not there any more
    this.server = null;
    this.progress = new Progress(this.file.size);
  }

  get active() {
    return ACTIVE.includes(this.state);
  }

  get resumable() {
    return RESUMABLE.includes(this.state);
  }

  get over() {
    return !this.active && !this.resumable && this.state !== "waiting";
  }

  get done() {
    return FINISHED.includes(this.state) ? this.file.size : this.progress.done;
  }

  become(state, sentence = "") {
    if (!WAITS.includes(state)) this.stage = state;
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
    await this.running; // it may just be beginning, and would be remembered
    memory.forget(this.beginUrl, this.file);
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
      await beginnings.use(this.order, this.signal, () => openUpload(this));
      await this.alone(() => this.sendAll());
      memory.forget(this.beginUrl, this.file);
      this.become(this.server.state === "rejected" ? "rejected" : "uploaded", this.server.reason);
    } catch (error) {
      const end = this.signal.aborted ? this.signal.reason : asStop(error);
      this.controller.abort(end); // the other parts under way stop too
      this.progress.rest();
      if (this.state !== "cancelled") this.become(end.state, end.sentence);
    }
  }

  /** Two tabs must not send the same file at a time. */
  async alone(work) {
    if (!navigator.locks) return work();
    const name = `upload:${this.server.id}`;
    await navigator.locks.request(name, { ifAvailable: true }, async (lock) => {
      if (!lock) throw new Stop("elsewhere");
      await work();
    });
  }

  async sendAll() {
    for (let round = 0; round < 5 && !FINISHED.includes(this.server.state); round += 1) {
      await checkStored(this);
      await sendMissing(this);
      try {
        // One key for all tries: completing is done once, and refusals are not remembered.
        const headers = { "Idempotency-Key": `complete-${this.server.id}` };
        this.server = await this.request("POST", this.server.urls.complete, headers);
      } catch (error) {
        if (error.status !== 409) throw error;
        // A part is missing after all, or the upload has moved on elsewhere: look again.
        for (const number of error.body?.missing ?? []) this.progress.drop(number);
        this.server = await this.request("GET", this.server.urls.self);
        if (this.server.state === "aborted") throw new Stop("cancelled");
      }
    }
    if (!FINISHED.includes(this.server.state)) throw new Stop("failed");
  }

  request(method, url, headers) {
    const options = { headers, signal: this.signal };
    return this.persist(() => sendJson(method, url, undefined, options));
  }

  async persist(work, isWorthwhile = isTransient) {
    const onWait = (seconds, error, tries) => {
      this.seconds = seconds;
      if (!navigator.onLine) this.become("offline");
      else this.become(error instanceof StoreError && tries >= 3 ? "unreachable" : "retrying");
    };
    const answer = await persist(work, { signal: this.signal, isWorthwhile, onWait });
    if (WAITS.includes(this.state)) this.become(this.stage);
    return answer;
  }
}
