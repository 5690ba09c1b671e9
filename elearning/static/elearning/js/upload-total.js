// All files of one uploader together: how many, how far, how fast, how long yet.
import { bytes } from "./upload-words.js";

const SPEED_OVER = 10_000;
const DROPPED = ["cancelled", "refused", "changed", "unreadable", "gone"];

export class Total {
  constructor(element, text) {
    this.element = element;
    this.text = text;
    this.samples = []; // {at: ms, sent: bytes}
  }

  /** Show the sums over `transfers`; the sentence that says them, "" when nothing is sent. */
  draw(transfers) {
    const counted = transfers.filter(({ state }) => !DROPPED.includes(state));
    this.element.hidden = counted.length === 0;
    if (!counted.length) return "";
    const size = sum(counted, (transfer) => transfer.file.size);
    const done = sum(counted, (transfer) => transfer.done);
    const left = sum(counted, (transfer) => (transfer.over ? 0 : transfer.progress.left));
    const over = counted.filter((transfer) => transfer.over).length;
    const share = size ? done / size : 0;
    const busy = transfers.some((transfer) => transfer.state === "sending");
    const values = { over, count: counted.length, percent: Math.floor(share * 100) };
    const count = this.text("Total", values);
    const sent = sum(transfers, (transfer) => transfer.progress.transmitted);
    if (!busy) this.samples = []; // a break is no speed
    const pace = busy ? this.pace(sent, left) : "";
    this.element.querySelector("progress").value = share;
    this.element.querySelector("[data-upload-count]").textContent = count;
    this.element.querySelector("[data-upload-pace]").textContent = pace;
    return busy ? `${count} ${pace}` : "";
  }

  /** "毎秒 3.2 MB・残り約2分": over the last seconds, so that it neither jumps nor lies. */
  pace(sent, left) {
    const now = performance.now();
    const last = this.samples.at(-1);
    if (last && sent < last.sent) this.samples = []; // other files now
    if (!last || now - last.at > 500) this.samples.push({ at: now, sent });
    while (this.samples.length > 2 && now - this.samples[0].at > SPEED_OVER) this.samples.shift();
    const first = this.samples[0] ?? { at: now, sent };
    const speed = ((sent - first.sent) * 1000) / (now - first.at);
    if (now - first.at < 1500 || !(speed > 0)) return "";
    const seconds = left / speed;
    const time =
      seconds < 60
        ? this.text("SecondsLeft", { count: Math.max(1, Math.round(seconds)) })
        : this.text("MinutesLeft", { count: Math.ceil(seconds / 60) });
    return this.text("Pace", { speed: bytes(speed), time });
  }
}

function sum(transfers, bytesOf) {
  return transfers.reduce((total, transfer) => total + bytesOf(transfer), 0);
}
