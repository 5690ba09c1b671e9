// Where the student was: on this PC or, if that is later, on another one (the server knows).
import { recall, remember } from "./memory.js";

const EVERY_MS = 2_000;
const TOO_EARLY = 3;
const TOO_LATE = 5;

export class Resuming {
  /** `data`: the player's data- attributes; times in seconds. */
  constructor(video, data) {
    this.video = video;
    this.key = `position:${document.body.dataset.user ?? ""}:${data.activity}`;
    // This PC's clock may be wrong; the two times must come from one clock.
    this.ahead = Date.now() / 1000 - Number(data.now);
    this.server = { position: Number(data.position), at: Number(data.positionAt || 0) };
    this.keptAt = 0;
  }

  /** Seconds to start from; 0 for the beginning. */
  position() {
    const here = recall(this.key);
    const usable = Number.isFinite(here?.position) && Number.isFinite(here?.at);
    const { position } = usable && here.at > this.server.at ? here : this.server;
    const last = this.video.duration - TOO_LATE;
    return position > TOO_EARLY && position < last ? position : 0;
  }

  /** Remember the position from now on. */
  keep() {
    const now = () => this.store();
    this.video.addEventListener("timeupdate", () => {
      if (performance.now() - this.keptAt > EVERY_MS) now();
    });
    for (const name of ["pause", "seeked", "ended"]) this.video.addEventListener(name, now);
    window.addEventListener("pagehide", now);
  }

  store() {
    this.keptAt = performance.now();
    remember(this.key, {
      position: this.video.currentTime,
      at: Date.now() / 1000 - this.ahead,
    });
  }
}
