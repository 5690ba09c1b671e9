// How much the line to this browser carries, seen by how fast the buffer grows.
//
// A browser stops fetching when it has enough, so slow growth says something about the line
// only while little is buffered; fast growth always does.
import { recall, remember } from "./memory.js";

const KEY = "player:throughput";
const HUNGRY_SECONDS = 10;
// How much a new measurement counts beside the earlier ones.
const WEIGHT = 0.3;

export class Throughput {
  /** `bitRate()` is that of the file which is playing, in bits a second. */
  constructor(video, bitRate) {
    this.video = video;
    this.bitRate = bitRate;
    this.mark = null;
    const kept = recall(KEY);
    this.measured = Number.isFinite(kept) && kept > 0 ? kept : null;
    video.addEventListener("progress", () => this.look());
    for (const name of ["loadeddata", "seeked"]) {
      video.addEventListener(name, () => (this.mark = this.buffer()));
    }
    for (const name of ["emptied", "seeking", "suspend", "error"]) {
      video.addEventListener(name, () => (this.mark = null));
    }
  }

  /** Bits a second: measured here, now or on an earlier visit, or the browser's guess, or null. */
  get bits() {
    if (this.measured !== null) return this.measured;
    const guess = navigator.connection?.downlink;
    return guess > 0 ? guess * 1_000_000 : null;
  }

  /** The line did not carry so much. */
  atMost(bits) {
    if (bits > 0) this.keep(Math.min(this.measured ?? bits, bits));
  }

  look() {
    const before = this.mark;
    this.mark = this.buffer();
    if (!before || !this.mark || this.video.networkState !== HTMLMediaElement.NETWORK_LOADING) {
      return;
    }
    const grown = this.mark.end - before.end;
    const waited = (this.mark.at - before.at) / 1000;
    const rate = (grown / waited) * this.bitRate();
    if (!(rate > 0) || !Number.isFinite(rate)) return;
    const known = this.measured ?? rate;
    const hungry = before.ahead < HUNGRY_SECONDS && this.mark.ahead < HUNGRY_SECONDS;
    this.keep(hungry ? known + (rate - known) * WEIGHT : Math.max(known, rate));
  }

  keep(bits) {
    this.measured = bits;
    remember(KEY, Math.round(bits));
  }

  /** Where the buffer ends that is being played from, now; null without one. */
  buffer() {
    const { buffered, currentTime } = this.video;
    for (let i = 0; i < buffered.length; i += 1) {
      const end = buffered.end(i);
      if (buffered.start(i) <= currentTime && currentTime <= end) {
        return { end, ahead: end - currentTime, at: performance.now() };
      }
    }
    return null;
  }
}
