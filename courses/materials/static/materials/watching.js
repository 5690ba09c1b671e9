// What was really watched of a video, handed to study.js for its heartbeats.
//
// Only playing counts: a stretch of the video is watched if the position moved through it
// no faster than the playing speed allows. What was handed over is kept until the server
// says that it has stored it, so a lost connection loses nothing.
import { merge, subtract, total } from "./ranges.js";

const STILL_HERE_MS = 5_000;
// Dragging along the bar is many seeks and one wish.
const AFTER_SEEK_MS = 500;

export class Watching {
  /** `known`: ranges that the server has already. `changed()` is called when there are more. */
  constructor(video, known, changed) {
    this.video = video;
    this.known = merge(known);
    this.changed = changed;
    this.pending = [];
    this.start = null;
    this.last = 0;
    this.at = 0;
    this.saidHereAt = 0;
    this.settled = false; // Whether the position is the student's, not yet the file's 0.
    video.addEventListener("timeupdate", () => this.follow());
    video.addEventListener("seeking", () => this.close());
    for (const name of ["pause", "ended"]) {
      video.addEventListener(name, () => {
        this.follow(true);
        this.close();
        flush();
      });
    }
    let seeks = 0;
    video.addEventListener("seeked", () => {
      clearTimeout(seeks);
      if (this.settled) seeks = setTimeout(flush, AFTER_SEEK_MS);
    });
    video.addEventListener("play", () => this.follow());
    document.addEventListener("study:collect", (event) => this.hand(event.detail));
    document.addEventListener("study:stored", (event) => this.acknowledge(event.detail.payload));
  }

  follow(stopping = false) {
    const { video } = this;
    if (video.seeking || (video.paused && !stopping)) return;
    const now = video.currentTime;
    const wall = performance.now();
    const possible = ((wall - this.at) / 1000) * video.playbackRate * 1.5 + 1;
    if (this.start !== null && (now < this.last || now - this.last > possible)) this.close();
    if (this.start === null) this.start = now;
    this.last = now;
    this.at = wall;
    this.changed();
    if (!stopping && wall - this.saidHereAt > STILL_HERE_MS) {
      this.saidHereAt = wall;
      document.dispatchEvent(new CustomEvent("study:active"));
    }
  }

  close() {
    this.pending = this.fresh();
    this.start = null;
  }

  /** Watched here and not stored yet. */
  fresh() {
    return this.start === null ? this.pending : merge([...this.pending, [this.start, this.last]]);
  }

  all() {
    return merge([...this.known, ...this.fresh()]);
  }

  seconds() {
    return total(this.all());
  }

  hand(payload) {
    if (!this.settled) return;
    payload.position = this.video.currentTime;
    payload.ranges = this.fresh();
  }

  acknowledge(payload) {
    const stored = merge(payload.ranges ?? []);
    const fresh = subtract(this.fresh(), stored);
    this.known = merge([...this.known, ...stored]);
    // What is being watched right now goes on from where the stored part ends.
    this.pending = fresh;
    if (this.start !== null) this.start = this.last;
  }
}

function flush() {
  document.dispatchEvent(new CustomEvent("study:flush"));
}
