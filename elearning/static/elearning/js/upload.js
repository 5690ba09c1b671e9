// [data-upload]: choose or drop files, see them sent, pause, go on after a break.
// Every text comes from the template (elearning/parts/upload.html).
import { sendJson } from "./http.js";
import * as memory from "./upload-memory.js";
import { Transfer } from "./upload-transfer.js";

const SPOKEN_EVERY = 20_000;
const SPEED_OVER = 10_000;
const running = new Set();

window.addEventListener("beforeunload", (event) => {
  if (running.size) event.preventDefault();
});

class Uploader {
  constructor(element) {
    this.element = element;
    this.input = element.querySelector('input[type="file"]');
    this.drop = element.querySelector("[data-upload-drop]");
    this.list = element.querySelector("[data-upload-list]");
    this.live = element.querySelector("[data-upload-live]");
    this.total = element.querySelector("[data-upload-total]");
    this.template = element.querySelector("template[data-upload-row]");
    this.rows = new Map();
    this.samples = [];
    this.spokenAt = 0;
    this.input.addEventListener("change", () => {
      this.take([...this.input.files]);
      this.input.value = ""; // the same file may be chosen again
    });
    this.listenToDrops();
    this.tellUnfinished();
  }

  text(name, values = {}) {
    const pattern = this.element.dataset[`text${name}`] ?? "";
    return pattern.replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");
  }

  listenToDrops() {
    let depth = 0;
    const mark = (change) => {
      depth = Math.max(0, depth + change);
      this.drop.classList.toggle("over", depth > 0);
    };
    this.drop.addEventListener("dragenter", () => mark(1));
    this.drop.addEventListener("dragleave", () => mark(-1));
    this.drop.addEventListener("dragover", (event) => {
      event.preventDefault();
      event.dataTransfer.dropEffect = "copy";
    });
    this.drop.addEventListener("drop", (event) => {
      event.preventDefault();
      mark(-depth);
      const items = [...event.dataTransfer.items].filter((item) => item.kind === "file");
      const isFolder = (item) => item.webkitGetAsEntry?.()?.isDirectory;
      if (items.some(isFolder)) this.say(this.text("Folder"), true);
      this.take(items.filter((item) => !isFolder(item)).map((item) => item.getAsFile()));
    });
  }

  async tellUnfinished() {
    const notice = this.element.querySelector("[data-upload-unfinished]");
    if (!notice || this.element.dataset.resumeUrl) return;
    const names = [];
    for (const { key, url, name } of memory.unfinished(this.element.dataset.beginUrl)) {
      try {
        const server = await sendJson("GET", url);
        if (server.state === "pending") names.push(name);
        else memory.drop(key);
      } catch (error) {
        if (error.status === 404) memory.drop(key);
      }
    }
    if (!names.length || this.rows.size) return;
    notice.querySelector("[data-upload-names]").textContent = names.join(" / ");
    notice.hidden = false;
  }

  take(files) {
    const notice = this.element.querySelector("[data-upload-unfinished]");
    if (notice && files.length) notice.hidden = true;
    this.say("", true);
    if (!this.input.multiple) {
      if ([...this.rows.keys()].some((transfer) => !transfer.over)) {
        this.say(this.text("Busy"), true);
        return;
      }
      if (files.length > 1) this.say(this.text("Single"), true);
      files = files.slice(0, 1);
      this.list.replaceChildren();
      this.rows.clear();
    }
    for (const file of files) this.add(file);
    this.next();
  }

  add(file) {
    const { beginUrl, resumeUrl } = this.element.dataset;
    const transfer = new Transfer(file, { beginUrl: beginUrl ?? "", resumeUrl });
    const row = this.template.content.firstElementChild.cloneNode(true);
    const part = (name) => row.querySelector(`[data-upload-${name}]`);
    const parts = {
      row,
      name: part("name"),
      amount: part("amount"),
      bar: part("bar"),
      status: part("status"),
      pause: part("pause"),
      resume: part("resume"),
      cancel: part("cancel"),
    };
    parts.name.textContent = file.name;
    parts.bar.setAttribute("aria-label", this.text("Progress", { name: file.name }));
    for (const button of [parts.pause, parts.resume, parts.cancel]) {
      const label = button.getAttribute("aria-label");
      button.setAttribute("aria-label", label.replace("{name}", file.name));
    }
    parts.pause.addEventListener("click", () => transfer.pause());
    parts.resume.addEventListener("click", () => {
      transfer.wait();
      this.next();
    });
    parts.cancel.addEventListener("click", () => this.cancel(transfer));
    transfer.addEventListener("change", () => this.changed(transfer));
    transfer.addEventListener("progress", () => this.draw());
    this.rows.set(transfer, parts);
    this.list.append(row);
    this.list.hidden = false;
    this.changed(transfer);
  }

  /** One file after the other; each uses the whole line. */
  async next() {
    const transfers = [...this.rows.keys()];
    if (transfers.some((transfer) => transfer.active)) return;
    const transfer = transfers.find((each) => each.state === "waiting");
    if (!transfer) {
      if (!this.begun) return;
      this.begun = false;
      this.element.dispatchEvent(new CustomEvent("upload:idle", { bubbles: true }));
      return;
    }
    this.begun = true;
    await transfer.start();
    if (transfer.state === "uploaded") {
      this.tell("upload:done", transfer);
      this.watch(transfer);
    }
    this.next();
  }

  tell(event, transfer) {
    const detail = transfer.server;
    this.element.dispatchEvent(new CustomEvent(event, { bubbles: true, detail }));
  }

  async cancel(transfer) {
    const begun = transfer.server && transfer.done > 0;
    const question = this.text("CancelQuestion", { name: transfer.file.name });
    if (begun && !window.confirm(question)) return;
    await transfer.cancel();
    this.input.focus();
    this.tell("upload:cancelled", transfer);
    this.next();
  }

  /** The server looks into the file now; its verdict belongs in the row. */
  async watch(transfer) {
    for (let wait = 1500; this.element.isConnected; wait = Math.min(10_000, wait * 1.3)) {
      await new Promise((resolve) => setTimeout(resolve, wait));
      if (document.hidden) continue;
      try {
        transfer.server = await sendJson("GET", transfer.server.urls.self);
      } catch (error) {
        if ([401, 403, 404].includes(error.status)) return;
        continue;
      }
      const { state, reason } = transfer.server;
      if (state === "uploaded") continue;
      transfer.become(state === "rejected" ? "rejected" : "verified", reason);
      this.tell("upload:settled", transfer);
      return;
    }
  }

  changed(transfer) {
    const parts = this.rows.get(transfer);
    const { state } = transfer;
    const focused = parts.row.contains(document.activeElement) ? document.activeElement : null;
    if (transfer.active) running.add(transfer);
    else if (state !== "waiting") running.delete(transfer);
    const wrong = ["refused", "rejected", "changed", "unreadable", "gone"].includes(state);
    const stuck = ["failed", "signed-out", "elsewhere", "full"].includes(state);
    parts.row.dataset.state = state;
    parts.row.classList.toggle("wrong", wrong || stuck);
    parts.bar.classList.toggle("done", ["uploaded", "verified"].includes(state));
    parts.bar.hidden = wrong || state === "cancelled";
    parts.pause.hidden = !(transfer.active || state === "waiting");
    parts.resume.hidden = !transfer.resumable;
    parts.cancel.hidden = transfer.over && state !== "changed";
    // A button that disappears under the keyboard's focus hands it to its neighbour.
    if (focused?.hidden) {
      const next = [parts.pause, parts.resume, parts.cancel].find((button) => !button.hidden);
      (next ?? this.input).focus();
    }
    const key = state.replace(/(^|-)(\w)/g, (_, __, letter) => letter.toUpperCase());
    const values = { name: transfer.file.name, seconds: transfer.seconds };
    const sentence = transfer.sentence || this.text(key, values);
    parts.status.textContent = sentence;
    const told = wrong || stuck || ["offline", "paused", "uploaded", "verified"].includes(state);
    if (told) this.say(`${transfer.file.name}: ${sentence}`);
    this.draw();
  }

  /** At most once a frame: progress events come by the hundred. */
  draw() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.drawNow();
    });
  }

  drawNow() {
    let size = 0;
    let done = 0;
    let sent = 0;
    let over = 0;
    let counted = 0;
    for (const [transfer, parts] of this.rows) {
      const whole = transfer.file.size || 1;
      parts.bar.value = transfer.done / whole;
      const amount = { done: bytes(transfer.done), size: bytes(transfer.file.size) };
      parts.amount.textContent = this.text("Amount", amount);
      sent += transfer.transmitted;
      if (["cancelled", "refused", "changed", "unreadable", "gone"].includes(transfer.state)) continue;
      counted += 1;
      size += transfer.file.size;
      done += transfer.done;
      if (transfer.over) over += 1;
    }
    this.total.hidden = counted === 0;
    if (!counted) return;
    const percent = size ? Math.floor((done * 100) / size) : 0;
    const busy = [...this.rows.keys()].some((transfer) => transfer.active);
    this.total.querySelector("progress").value = size ? done / size : 0;
    const count = this.text("Total", { over, count: counted, percent });
    this.total.querySelector("[data-upload-count]").textContent = count;
    const pace = busy ? this.pace(sent, size - done) : "";
    this.total.querySelector("[data-upload-pace]").textContent = pace;
    if (busy && Date.now() - this.spokenAt > SPOKEN_EVERY) this.say(`${count} ${pace}`);
  }

  /** "3.2 MB/秒・残り 2 分": over the last seconds, so that it neither jumps nor lies. */
  pace(sent, left) {
    const now = performance.now();
    const last = this.samples.at(-1);
    if (!last || now - last.at > 500 || sent < last.sent) this.samples.push({ at: now, sent });
    while (this.samples.length > 2 && now - this.samples[0].at > SPEED_OVER) this.samples.shift();
    const first = this.samples[0];
    const speed = ((sent - first.sent) * 1000) / (now - first.at);
    if (now - first.at < 1500 || !(speed > 0)) return "";
    const seconds = left / speed;
    const time =
      seconds < 60
        ? this.text("SecondsLeft", { count: Math.max(1, Math.round(seconds)) })
        : this.text("MinutesLeft", { count: Math.ceil(seconds / 60) });
    return this.text("Pace", { speed: bytes(speed), time });
  }

  /** Into the live region; `shown` also for the eyes (nothing in the list says it). */
  say(sentence, shown = false) {
    this.spokenAt = Date.now();
    const target = shown ? this.element.querySelector("[data-upload-message]") : this.live;
    target.textContent = sentence;
  }
}

function bytes(count) {
  if (count >= 1024 ** 3) return `${(count / 1024 ** 3).toFixed(2)} GB`;
  if (count >= 1024 ** 2) return `${(count / 1024 ** 2).toFixed(1)} MB`;
  return `${Math.ceil(count / 1024)} KB`;
}

const known = new WeakSet();
function upgrade(root) {
  for (const element of root.querySelectorAll("[data-upload]")) {
    if (known.has(element)) continue;
    known.add(element);
    new Uploader(element);
  }
}
upgrade(document);
document.addEventListener("htmx:load", () => upgrade(document));
