// One file in the list: its name, its bar, what happens to it, its buttons.
import { bytes, nameOf } from "./upload-words.js";

const WRONG = ["refused", "rejected", "changed", "unreadable", "gone"];
const STUCK = ["failed", "signed-out", "elsewhere", "full"];
const SPOKEN = [...WRONG, ...STUCK, "offline", "unreachable", "paused", "uploaded", "verified"];

export class Row {
  /** `template` holds the <li>; `text` gives the words; `on` has pause, resume and cancel. */
  constructor(transfer, { template, text, on }) {
    this.transfer = transfer;
    this.text = text;
    this.element = template.content.firstElementChild.cloneNode(true);
    const part = (name) => this.element.querySelector(`[data-upload-${name}]`);
    const { name } = transfer.file;
    part("name").textContent = name;
    this.amount = part("amount");
    this.bar = part("bar");
    this.status = part("status");
    this.bar.setAttribute("aria-label", text("Progress", { name }));
    this.buttons = {};
    for (const [action, perform] of Object.entries(on)) {
      const button = part(action);
      const label = button.getAttribute("aria-label");
      button.setAttribute("aria-label", label.replace("{name}", name));
      button.addEventListener("click", perform);
      this.buttons[action] = button;
    }
  }

  /** Show the state. The sentence to be spoken, if it is worth one; the focus that was lost. */
  show() {
    const { state, active, resumable, over, file } = this.transfer;
    const wrong = WRONG.includes(state);
    const { pause, resume, cancel } = this.buttons;
    const focused = this.element.contains(document.activeElement) ? document.activeElement : null;
    this.element.dataset.state = state;
    this.element.classList.toggle("wrong", wrong || STUCK.includes(state));
    this.bar.classList.toggle("done", ["uploaded", "verified"].includes(state));
    this.bar.hidden = wrong || state === "cancelled";
    pause.hidden = !(active || state === "waiting");
    resume.hidden = !resumable;
    cancel.hidden = over && !["changed", "unreadable"].includes(state);
    this.status.textContent = this.sentence();
    const spoken = SPOKEN.includes(state) ? `${file.name}: ${this.sentence()}` : "";
    return { spoken, focusLost: Boolean(focused?.hidden) };
  }

  sentence() {
    const { state, sentence, anew, seconds, file } = this.transfer;
    const name = state === "sending" && anew ? "SendingAnew" : nameOf(state);
    return sentence || this.text(name, { name: file.name, seconds });
  }

  /** The button to go on with, for a focus that was lost; none may be left. */
  get nextButton() {
    return Object.values(this.buttons).find((button) => !button.hidden) ?? null;
  }

  draw() {
    const { done, file } = this.transfer;
    this.bar.value = done / (file.size || 1);
    this.amount.textContent = this.text("Amount", { done: bytes(done), size: bytes(file.size) });
  }
}
