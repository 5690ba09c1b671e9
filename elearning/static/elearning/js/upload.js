// [data-upload]: choose or drop files, see them sent, pause, go on after a break.
import { sendJson } from "./http.js";
import { listenToDrops } from "./upload-drop.js";
import * as memory from "./upload-memory.js";
import { Row } from "./upload-row.js";
import { slots } from "./upload-slots.js";
import { Total } from "./upload-total.js";
import { Transfer } from "./upload-transfer.js";
import { wordsOf } from "./upload-words.js";

const SPOKEN_EVERY = 20_000;
const running = new Set();

window.addEventListener("beforeunload", (event) => {
  if (running.size) event.preventDefault();
});

class Uploader {
  constructor(element) {
    const part = (name) => element.querySelector(`[data-upload-${name}]`);
    this.element = element;
    this.text = wordsOf(element);
    this.input = element.querySelector('input[type="file"]');
    this.list = part("list");
    this.live = part("live");
    this.message = part("message");
    this.unfinished = part("unfinished");
    this.template = element.querySelector("template[data-upload-row]");
    this.total = new Total(part("total"), this.text);
    this.rows = new Map(); // Transfer → Row
    this.begun = false;
    this.spokenAt = 0;
    this.input.addEventListener("change", () => {
      this.take([...this.input.files]);
      this.input.value = ""; // the same file may be chosen again
    });
    listenToDrops(part("drop"), (files, hadFolder) => {
      this.take(files);
      if (hadFolder) this.say(this.text("Folder"), true);
    });
    this.tellUnfinished();
  }

  get transfers() {
    return [...this.rows.keys()];
  }

  async tellUnfinished() {
    if (!this.unfinished || this.element.dataset.resumeUrl) return;
    const names = [];
    for (const { key, url, name } of memory.unfinished(this.element.dataset.beginUrl)) {
      try {
        const server = await sendJson("GET", url);
        if (server.state === "pending") names.push(name);
        // What was thrown away stays known, to be told when its file is chosen again.
        else if (server.state !== "aborted") memory.drop(key);
      } catch (error) {
        if (error.status === 404) memory.drop(key);
      }
    }
    if (!names.length || this.rows.size) return;
    this.unfinished.querySelector("[data-upload-names]").textContent = names.join(" / ");
    this.unfinished.hidden = false;
  }

  take(files) {
    if (this.unfinished && files.length) this.unfinished.hidden = true;
    this.say("", true);
    if (!this.input.multiple) {
      if (this.transfers.some((transfer) => !transfer.over)) {
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
    const resume = () => {
      transfer.wait();
      this.next();
    };
    const on = { pause: () => transfer.pause(), resume, cancel: () => this.cancel(transfer) };
    const row = new Row(transfer, { template: this.template, text: this.text, on });
    transfer.addEventListener("change", () => this.changed(transfer));
    transfer.addEventListener("progress", () => this.draw());
    this.rows.set(transfer, row);
    this.list.append(row.element);
    this.list.hidden = false;
    this.changed(transfer);
  }

  /** As many files as there are slots: a small one alone would leave the others empty. */
  next() {
    const free = slots.most - this.transfers.filter((transfer) => transfer.active).length;
    const waiting = this.transfers.filter((transfer) => transfer.state === "waiting");
    for (const transfer of waiting.slice(0, Math.max(0, free))) this.send(transfer);
    if (this.begun && !this.transfers.some((transfer) => transfer.active)) {
      this.begun = false;
      this.element.dispatchEvent(new CustomEvent("upload:idle", { bubbles: true }));
    }
  }

  async send(transfer) {
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
    if (transfer.active) running.add(transfer);
    else if (transfer.state !== "waiting") running.delete(transfer);
    const row = this.rows.get(transfer);
    const { spoken, focusLost } = row.show();
    // A button that disappears under the keyboard's focus hands it to its neighbour.
    if (focusLost) (row.nextButton ?? this.input).focus();
    if (spoken) this.say(spoken);
    this.draw();
  }

  /** At most once a frame: progress events come by the hundred. */
  draw() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      for (const row of this.rows.values()) row.draw();
      const sentence = this.total.draw(this.transfers);
      if (sentence && Date.now() - this.spokenAt > SPOKEN_EVERY) this.say(sentence);
    });
  }

  /** Into the live region; `shown` also for the eyes (nothing in the list says it). */
  say(sentence, shown = false) {
    this.spokenAt = Date.now();
    (shown ? this.message : this.live).textContent = sentence;
  }
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
