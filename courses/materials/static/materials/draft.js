// A text that is being typed is kept in this browser until the server has it.
//
// On [data-draft="id of the textarea"]: kept under person, data-draft-key and
// data-draft-version (the version that the text started from). A page that comes with the
// same text again has it saved: the draft goes. A page that comes with another text offers
// the draft. `data-draft-unsaved` says that the page shows the person's own text, refused.
import { forget, keysOf, recall, remember } from "./memory.js";

const AFTER_MS = 300;

for (const root of document.querySelectorAll("[data-draft]")) begin(root);

function begin(root) {
  const area = document.getElementById(root.dataset.draft);
  const { draftKey, draftVersion } = root.dataset;
  const prefix = `draft:${document.body.dataset.user ?? ""}:${draftKey}:`;
  const key = prefix + draftVersion;
  const find = (name) => root.querySelector(`[data-draft-${name}]`);
  const sent = area.defaultValue;
  let timer = 0;

  function keep() {
    clearTimeout(timer);
    const kept = remember(key, { text: area.value, at: Date.now(), version: draftVersion });
    find("status").textContent = kept ? root.dataset.kept : root.dataset.notKept;
  }

  function typed() {
    clearTimeout(timer);
    timer = setTimeout(keep, AFTER_MS);
  }

  function offer({ key: from, text, at, version }) {
    // Out of the way of what is typed from now on, until the person has decided.
    const aside = `${key}:${at}`;
    if (from === key && remember(aside, { text, at, version })) {
      forget(key);
      from = aside;
    }
    const time = new Date(at).toLocaleString(document.documentElement.lang, {
      dateStyle: "medium",
      timeStyle: "short",
    });
    find("at").textContent = root.dataset.at.replace("{time}", time);
    find("older").hidden = version === draftVersion;
    find("offer").hidden = false;
    find("restore").addEventListener("click", () => {
      area.focus();
      // As if it had been typed, so that the browser's own undo brings the other text back.
      area.select();
      if (!document.execCommand("insertText", false, text)) area.value = text;
      area.dispatchEvent(new Event("input", { bubbles: true }));
      forget(from);
      find("offer").hidden = true;
      keep();
    });
    find("discard").addEventListener("click", () => {
      for (const draft of drafts()) if (draft.key !== key) forget(draft.key);
      find("offer").hidden = true;
      area.focus();
    });
  }

  function drafts() {
    return keysOf(prefix)
      .map((name) => ({ key: name, ...recall(name) }))
      .filter((draft) => typeof draft.text === "string" && Number.isFinite(draft.at))
      .sort((a, b) => b.at - a.at);
  }

  area.addEventListener("input", typed);
  area.form?.addEventListener("submit", keep);
  // Typed within the last moment before leaving.
  window.addEventListener("pagehide", () => {
    if (area.value !== sent) keep();
  });

  if ("draftUnsaved" in root.dataset) {
    keep();
    return;
  }
  for (const draft of drafts()) if (draft.text === sent) forget(draft.key);
  const [newest] = drafts();
  // Back from the sign-in page a browser may have put the text back by itself.
  if (newest && newest.text !== area.value) offer(newest);
}
