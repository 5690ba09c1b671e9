// The file that the <video> plays, exchanged or fetched anew without losing a second.
//
// A position that is set before a file has told its length is where it will begin, and what
// `currentTime` says until then (HTML, "default playback start position"). So nobody else needs
// to know that the file is another one now.
import { Cover } from "./cover.js";

// Nearer to the place of the last attempt it is the same trouble.
const ELSEWHERE_SECONDS = 10;

export class Source {
  constructor(video, canvas) {
    this.video = video;
    this.cover = new Cover(canvas, video);
    this.arrived = false; // Whether something of this file could be shown.
    this.triedAt = null;
    if (video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) this.arrived = true;
    video.addEventListener("loadeddata", () => (this.arrived = true));
  }

  /** Play from `url`, at the same second, playing or paused as it is now. */
  play(url) {
    this.arrived = false;
    this.fetch(url);
  }

  /** Fetch the same file anew: its link may have ended. False: that was tried here already. */
  tryAgain() {
    const { currentTime } = this.video;
    const tried =
      this.triedAt !== null && Math.abs(currentTime - this.triedAt) < ELSEWHERE_SECONDS;
    if (tried || !this.arrived) return false;
    this.triedAt = currentTime;
    this.fetch(this.video.src);
    return true;
  }

  /** As the student asks for it: however often, and to go on playing. */
  reload() {
    this.triedAt = null;
    this.fetch(this.video.src);
    this.video.play().catch(() => {});
  }

  fetch(url) {
    const { video } = this;
    const { currentTime } = video;
    const playing = !video.paused;
    this.cover.show();
    video.src = url;
    video.currentTime = currentTime;
    // Not earlier, or what was there before would be fetched.
    video.preload = "metadata";
    if (playing) video.play().catch(() => {});
  }
}
