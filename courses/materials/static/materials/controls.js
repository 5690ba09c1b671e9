// The control bar: buttons, ranges and keys over a <video>.
import { recall, remember } from "./memory.js";

const IDLE_MS = 3_000;
const FLASH_MS = 900;
const SVG = "http://www.w3.org/2000/svg";

export function clock(seconds) {
  const whole = Math.round(seconds) || 0;
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (n) => String(n).padStart(2, "0");
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

export class Controls {
  constructor(root, video, duration) {
    this.root = root;
    this.video = video;
    this.known = duration;
    this.find = (name) => root.querySelector(`[data-${name}]`);
    this.seek = this.find("seek");
    this.speed = this.find("speed");
    this.range = this.find("volume-range");
    this.flashing = 0;
    video.controls = false;
    this.find("bar").hidden = false;
    root.classList.add("ready");
    this.listen();
    this.keys();
    this.idle();
    this.restore();
  }

  get duration() {
    return Number.isFinite(this.video.duration) ? this.video.duration : this.known;
  }

  // --- What the buttons do -----------------------------------------------------------------

  toggle() {
    if (this.video.paused) this.video.play().catch(() => {});
    else this.video.pause();
  }

  goTo(seconds) {
    this.video.currentTime = Math.min(Math.max(seconds, 0), this.duration);
    this.showTime();
  }

  skip(seconds) {
    this.goTo(this.video.currentTime + seconds);
    this.flash(`${seconds > 0 ? "+" : "−"}${clock(Math.abs(seconds))}`);
  }

  setSpeed(value) {
    this.video.playbackRate = this.video.defaultPlaybackRate = Number(value);
    this.speed.value = value;
    remember("player:speed", value);
  }

  stepSpeed(step) {
    const to = this.speed.options[this.speed.selectedIndex + step];
    if (to) this.setSpeed(to.value);
    this.flash(`${this.speed.value}×`);
  }

  setVolume(percent) {
    this.video.volume = Math.min(Math.max(percent, 0), 100) / 100;
    this.video.muted = this.video.volume === 0;
    this.flash(this.volumeText());
  }

  toggleMute() {
    this.video.muted = !this.video.muted;
    if (!this.video.muted && this.video.volume === 0) this.video.volume = 0.5;
    this.flash(this.volumeText());
  }

  toggleFullscreen() {
    const done = document.fullscreenElement
      ? document.exitFullscreen()
      : this.root.requestFullscreen?.();
    done?.catch(() => {});
  }

  // --- What they show ----------------------------------------------------------------------

  flash(text) {
    const place = this.find("flash");
    place.textContent = text;
    place.hidden = false;
    clearTimeout(this.flashing);
    this.flashing = setTimeout(() => (place.hidden = true), FLASH_MS);
  }

  volumeText() {
    const { volume, muted } = this.root.dataset;
    return this.video.muted
      ? muted
      : volume.replace("{percent}", String(Math.round(this.video.volume * 100)));
  }

  showTime() {
    const now = this.video.currentTime;
    const duration = this.duration;
    this.find("time").textContent = clock(now);
    this.seek.max = String(duration);
    this.seek.value = String(now);
    this.seek.setAttribute(
      "aria-valuetext",
      this.root.dataset.of.replace("{time}", clock(now)).replace("{duration}", clock(duration)),
    );
    this.find("played").setAttribute("width", String(this.share(now)));
  }

  showRanges(name, ranges) {
    const y = name === "seen" ? 6 : 0;
    this.find(name).replaceChildren(
      ...ranges.map(([start, end]) => {
        const mark = document.createElementNS(SVG, "rect");
        mark.setAttribute("x", String(this.share(start)));
        mark.setAttribute("y", String(y));
        mark.setAttribute("width", String(this.share(end) - this.share(start)));
        mark.setAttribute("height", name === "seen" ? "3" : "4");
        return mark;
      }),
    );
  }

  share(seconds) {
    return this.duration ? Math.min(1000, (seconds / this.duration) * 1000) : 0;
  }

  showBuffered() {
    const { buffered } = this.video;
    this.showRanges(
      "buffered",
      Array.from(buffered, (_, i) => i).map((i) => [buffered.start(i), buffered.end(i)]),
    );
  }

  swap(button, first, second, isFirst, label) {
    const place = this.find(button);
    place.querySelector(`[data-when="${first}"]`).hidden = !isFirst;
    place.querySelector(`[data-when="${second}"]`).hidden = isFirst;
    place.setAttribute("aria-label", label);
  }

  showPlaying() {
    const { labelPlay, labelPause } = this.find("play").dataset;
    const { paused } = this.video;
    this.swap("play", "paused", "playing", paused, paused ? labelPlay : labelPause);
  }

  showVolume() {
    const { labelMute, labelUnmute } = this.find("mute").dataset;
    const { muted } = this.video;
    this.swap("mute", "loud", "silent", !muted, muted ? labelUnmute : labelMute);
    this.range.value = String(muted ? 0 : Math.round(this.video.volume * 100));
    remember("player:volume", { volume: this.video.volume, muted });
  }

  showFullscreen() {
    const { labelEnter, labelLeave } = this.find("fullscreen").dataset;
    const full = document.fullscreenElement === this.root;
    this.swap("fullscreen", "window", "full", !full, full ? labelLeave : labelEnter);
  }

  restore() {
    const speed = recall("player:speed");
    const offered = Array.from(this.speed.options, (option) => option.value);
    if (offered.includes(speed)) this.setSpeed(speed);
    const sound = recall("player:volume");
    if (Number.isFinite(sound?.volume)) {
      this.video.volume = Math.min(Math.max(sound.volume, 0), 1);
      this.video.muted = sound.muted === true;
    }
    this.showVolume();
    this.showTime();
  }

  // --- Listening ---------------------------------------------------------------------------

  listen() {
    const { video } = this;
    const on = (name, event, act) => this.find(name).addEventListener(event, act);
    on("play", "click", () => this.toggle());
    on("mute", "click", () => this.toggleMute());
    on("fullscreen", "click", () => this.toggleFullscreen());
    on("seek", "input", () => this.goTo(Number(this.seek.value)));
    on("speed", "change", () => this.setSpeed(this.speed.value));
    on("volume-range", "input", () => this.setVolume(Number(this.range.value)));
    video.addEventListener("click", () => {
      this.root.focus({ preventScroll: true });
      this.toggle();
    });
    video.addEventListener("dblclick", () => this.toggleFullscreen());
    // A new file pauses without a word (`emptied`).
    for (const name of ["play", "pause", "emptied"]) {
      video.addEventListener(name, () => this.showPlaying());
    }
    for (const name of ["timeupdate", "seeked", "loadedmetadata"]) {
      video.addEventListener(name, () => this.showTime());
    }
    for (const name of ["progress", "loadedmetadata"]) {
      video.addEventListener(name, () => this.showBuffered());
    }
    video.addEventListener("volumechange", () => this.showVolume());
    document.addEventListener("fullscreenchange", () => this.showFullscreen());
    const wait = this.find("wait");
    video.addEventListener("waiting", () => (wait.hidden = false));
    for (const name of ["playing", "canplay", "error", "pause"]) {
      video.addEventListener(name, () => (wait.hidden = true));
    }
  }

  // Only while the focus is in the player, so that the page's own keys stay what they are.
  keys() {
    const acts = {
      " ": () => this.toggle(),
      k: () => this.toggle(),
      ArrowLeft: () => this.skip(-5),
      ArrowRight: () => this.skip(5),
      j: () => this.skip(-10),
      l: () => this.skip(10),
      ArrowUp: () => this.setVolume(this.video.volume * 100 + 5),
      ArrowDown: () => this.setVolume(this.video.volume * 100 - 5),
      f: () => this.toggleFullscreen(),
      m: () => this.toggleMute(),
      "<": () => this.stepSpeed(-1),
      ">": () => this.stepSpeed(1),
    };
    this.root.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
      const { target } = event;
      if (target.closest("select")) return;
      const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
      if (key === " " && target.closest("button, a")) return;
      if (target === this.range && key.startsWith("Arrow")) return;
      if (!Object.hasOwn(acts, key)) return;
      event.preventDefault();
      acts[key]();
    });
  }

  // The bar leaves the picture alone while nobody moves.
  idle() {
    let timer = 0;
    const wake = () => {
      this.root.classList.remove("idle");
      clearTimeout(timer);
      timer = setTimeout(() => {
        if (!this.video.paused) this.root.classList.add("idle");
      }, IDLE_MS);
    };
    for (const name of ["pointermove", "pointerdown", "keydown", "focusin"]) {
      this.root.addEventListener(name, wake);
    }
    for (const name of ["play", "pause"]) this.video.addEventListener(name, wake);
  }
}
