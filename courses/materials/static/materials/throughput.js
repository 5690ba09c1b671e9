// How much the line to this browser carries, seen by how fast the buffer grows.
//
// A browser stops fetching when it has enough. So what came in a while tells the line's speed
// only if the browser wanted more all the time; otherwise the line carries at least so much.
import { recall, remember } from "./memory.js";

const KEY = "player:throughput";
const HUNGRY_SECONDS = 10;
// How much a new measurement counts beside the earlier ones.
const WEIGHT = 0.3;
// Bits a second that are nothing new on a line nobody knows.
const COMMON_BITS = 4_000_000;
// No film needs more, and what comes faster may never have seen the line: browsers keep things.
const MOST_BITS = 100_000_000;

export class Throughput {
  /** `bitRate()` is that of the file which is playing, in bits a second. */
  constructor(video, bitRate) {
    this.video = video;
    this.bitRate = bitRate;
    this.mark = null;
    const kept = recall(KEY);
    this.measured = Number.isFinite(kept) && kept > 0 ? kept : null;
    video.addEventListener("progress", () => this.look());
    for (const name of ["loadstart", "seeking"]) {
      video.addEventListener(name, () => (this.mark = this.buffer()));
    }
    for (const name of ["emptied", "error"]) {
      video.addEventListener(name, () => (this.mark = null));
    }
    video.addEventListener("suspend", () => {
      if (this.mark) this.mark.rested = true;
    });
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
    if (before === null) return;
    const seconds = (this.mark.at - before.at) / 1000;
    const seen = ((this.mark.end - before.end) / seconds) * this.bitRate();
    const rate = Math.min(seen, MOST_BITS);
    if (!(rate > 0)) return;
    const loading = this.video.networkState === HTMLMediaElement.NETWORK_LOADING;
    const hungry = before.ahead < HUNGRY_SECONDS && this.mark.ahead < HUNGRY_SECONDS;
    if (loading && hungry && !before.rested) {
      const known = this.measured ?? rate;
      this.keep(known + (rate - known) * WEIGHT);
    } else if (rate > (this.bits ?? COMMON_BITS)) {
      this.keep(rate);
    }
  }

  keep(bits) {
    this.measured = bits;
    remember(KEY, Math.round(bits));
  }

  /** Where the buffer ends that is being played from, and how far ahead that is; in seconds. */
  buffer() {
    const { buffered, currentTime } = this.video;
    const at = performance.now();
    for (let i = 0; i < buffered.length; i += 1) {
      const end = buffered.end(i);
      if (buffered.start(i) <= currentTime && currentTime <= end) {
        return { end, ahead: end - currentTime, at, rested: false };
      }
    }
    return { end: currentTime, ahead: 0, at, rested: false };
  }
}
