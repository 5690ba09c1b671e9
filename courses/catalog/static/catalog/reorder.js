// Lessons and activities in a new order: dragged by their grip, or moved by the arrow buttons.
import { complain, renumber } from "./builder.js";

const builder = document.getElementById("builder");
const said = document.getElementById("said");
const lists = (kind) => [...builder.querySelectorAll(`[data-list="${kind}"]`)];
const items = (list) => [...list.children].filter((child) => child.dataset.item);
const titleOf = (item) => item.querySelector("[data-title]").textContent;

let saved = snapshot();
let sending = Promise.resolve();
let dragged = null;
let dropped = false;

function snapshot() {
  return ["lesson", "activity"].flatMap(lists).map((list) => [list, items(list)]);
}

function restore() {
  for (const [list, before] of saved) list.append(...before);
  renumber();
}

function announce(item) {
  const list = item.closest("[data-list]");
  const n = items(list).indexOf(item) + 1;
  const lesson = item.closest('[data-item="lesson"]').querySelector("[data-lesson-number]").textContent;
  const text = item.dataset.item === "lesson" ? builder.dataset.movedLesson : builder.dataset.movedActivity;
  said.textContent = text.replace("{n}", n).replace("{lesson}", lesson).replace("{title}", titleOf(item));
}

/** Stores one move after the other, each from the version that the one before it gave. */
function store(list) {
  const url = list.dataset.orderUrl;
  const ids = items(list).map((item) => item.dataset.id);
  const after = snapshot();
  complain("");
  sending = sending.then(() => send(url, ids, after));
}

async function send(url, ids, after) {
  const lessons = document.getElementById("lessons");
  const body = new URLSearchParams(ids.map((id) => ["ids", id]));
  body.set("version", lessons.dataset.version);
  try {
    const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
    const response = await fetch(url, {
      method: "POST", body, headers: { "X-CSRFToken": token }, redirect: "manual",
    });
    if (response.type === "opaqueredirect") {
      restore();
      return document.dispatchEvent(new Event("session:ended"));
    }
    if (response.status === 409) return showFresh(await response.text());
    if (!response.ok) throw new Error(response.statusText);
    lessons.dataset.version = (await response.json()).version;
    saved = after.filter(([list]) => list.isConnected);
  } catch {
    restore();
    complain(builder.dataset.failed);
    said.textContent = "";
  }
}

/** Someone else was first: show what is there now; uploads under way go on in their lessons. */
function showFresh(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  for (const upload of builder.querySelectorAll("[data-upload]")) {
    const lesson = upload.closest("[data-item]");
    const place = fresh.getElementById(lesson.id)?.querySelector("[data-upload]");
    if (place) {
      place.closest("details").open = upload.closest("details").open;
      place.replaceWith(upload);
    }
  }
  for (const id of ["lessons", "trash"]) {
    const now = document.getElementById(id);
    const next = document.adoptNode(fresh.getElementById(id));
    now.replaceWith(next);
    window.htmx.process(next);
  }
  saved = snapshot();
  said.textContent = "";
  complain(fresh.querySelector("[data-sentence]").textContent);
}

/** The place one step up or down; an activity at the end of its lesson goes to the next one. */
function step(item, by) {
  const list = item.closest("[data-list]");
  const sibling = items(list)[items(list).indexOf(item) + by];
  if (sibling) {
    sibling[by < 0 ? "before" : "after"](item);
    return list;
  }
  const all = lists(item.dataset.item);
  const next = item.dataset.item === "activity" ? all[all.indexOf(list) + by] : undefined;
  if (!next) return null;
  next[by < 0 ? "append" : "prepend"](item);
  return next;
}

builder.addEventListener("click", (event) => {
  const button = event.target.closest("[data-move]");
  if (!button) return;
  const item = button.closest("[data-item]");
  const list = step(item, Number(button.dataset.move));
  if (!list) {
    said.textContent = builder.dataset.edge;
    return;
  }
  renumber();
  button.focus();
  item.scrollIntoView({ block: "nearest" });
  announce(item);
  store(list);
});

builder.addEventListener("dragstart", (event) => {
  const grip = event.target.closest?.("[data-grip]");
  if (!grip) return;
  dragged = grip.closest("[data-item]");
  dropped = false;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", titleOf(dragged));
  event.dataTransfer.setDragImage(dragged, 16, 16);
  dragged.classList.add("dragged");
});

builder.addEventListener("dragover", (event) => {
  if (!dragged) return;
  const list =
    dragged.dataset.item === "lesson"
      ? document.getElementById("lessons")
      : event.target.closest('[data-item="lesson"]')?.querySelector('[data-list="activity"]');
  if (!list) return;
  event.preventDefault();
  const next = items(list).find((item) => {
    const box = item.getBoundingClientRect();
    return item !== dragged && event.clientY < box.top + box.height / 2;
  });
  if (next ? dragged.nextElementSibling !== next : list.lastElementChild !== dragged) {
    list.insertBefore(dragged, next ?? null);
  }
});

builder.addEventListener("drop", (event) => {
  if (!dragged) return;
  event.preventDefault();
  dropped = true;
});

builder.addEventListener("dragend", () => {
  if (!dragged) return;
  const item = dragged;
  dragged = null;
  item.classList.remove("dragged");
  const list = item.closest("[data-list]");
  const before = saved.find(([known]) => known === list)?.[1] ?? [];
  if (!dropped) {
    restore();
  } else if (items(list).some((other, place) => other !== before[place])) {
    renumber();
    announce(item);
    store(list);
  }
});

// A fragment that comes while something is being dragged would tear it away.
builder.addEventListener("htmx:beforeRequest", (event) => {
  if (dragged) event.preventDefault();
});
builder.addEventListener("htmx:afterSettle", () => {
  saved = snapshot();
});
