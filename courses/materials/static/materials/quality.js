// Which file of the film plays: chosen by what the line carries, or by the student.
//
// By itself it only ever steps down while a film plays: nobody's picture changes to and fro. A
// student's own choice is kept, for every film, and only an error sets it aside.
import { recall, remember } from "./memory.js";
import { AUTOMATIC, nearest, readQualities, suitable } from "./qualities.js";
import { Throughput } from "./throughput.js";

const KEY = "player:quality";

export class Quality {
  /** `failed(label)` is called when a quality could not be loaded and another plays on. */
  constructor(select, video, source, failed) {
    this.select = select;
    this.video = video;
    this.source = source;
    this.failed = failed;
    this.all = readQualities(select);
    this.broken = new Set();
    this.before = null;
    this.now = null;
    this.throughput = new Throughput(video, () => this.now.bitRate);
    const wish = recall(KEY);
    this.wish = typeof wish === "string" ? wish : AUTOMATIC;
    this.change(this.wanted());
    select.addEventListener("change", () => this.choose(select.value));
    video.addEventListener("loadeddata", () => (this.before = null));
  }

  get automatic() {
    return this.wish === AUTOMATIC;
  }

  wanted() {
    if (!this.automatic) return nearest(this.all, this.wish);
    return suitable(this.all, this.throughput.bits, this.video.playbackRate);
  }

  choose(name) {
    remember(KEY, name);
    this.wish = name;
    // Whoever asks for one that failed wants it tried again.
    this.broken.clear();
    this.change(this.wanted());
  }

  /** Forget what failed: the student asks for another attempt at all of it. */
  startAgain() {
    if (this.broken.size === 0) return;
    this.broken.clear();
    this.change(this.wanted());
  }

  lower() {
    const lighter = this.all.slice(0, this.all.indexOf(this.now));
    return lighter.findLast((quality) => !this.broken.has(quality));
  }

  /** The film has run dry. */
  stepDown() {
    if (!this.automatic) return;
    this.throughput.atMost(this.now.bitRate);
    const lower = this.lower();
    if (lower) this.change(lower);
  }

  /** After an error in a file that never came: back to the one before. False: there is none. */
  takeBack() {
    const { before } = this;
    if (!before || this.source.arrived) return false;
    this.giveUp(before);
    return true;
  }

  /** After an error that fetching anew does not mend: a lighter file. False: there is none. */
  giveWay() {
    const lower = this.lower();
    if (!lower) return false;
    this.giveUp(lower);
    return true;
  }

  giveUp(quality) {
    const { label } = this.now;
    this.broken.add(this.now);
    this.change(quality);
    this.before = null;
    this.failed(label);
  }

  change(quality) {
    if (quality !== this.now) {
      // Of two quick changes, the one before is what was really seen.
      if (this.source.arrived) this.before = this.now;
      if (this.before === quality) this.before = null;
      this.now = quality;
      this.source.play(quality.url);
    }
    this.show();
  }

  show() {
    const { text, now } = this.select.dataset;
    this.select.options[0].text = this.automatic ? now.replace("{quality}", this.now.label) : text;
    this.select.value = this.automatic ? AUTOMATIC : this.now.name;
  }
}
