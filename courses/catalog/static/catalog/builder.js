// The builder between its fragments: refusals are shown, focus is kept, numbers stay right.
const builder = document.getElementById("builder");
const alertBox = document.getElementById("builder-alert");

export function renumber() {
  document.querySelectorAll("[data-lesson-number]").forEach((number, index) => {
    number.textContent = builder.dataset.number.replace("{n}", index + 1);
  });
}

export function complain(sentence) {
  alertBox.textContent = sentence;
  alertBox.hidden = !sentence;
  if (sentence) alertBox.scrollIntoView({ block: "nearest" });
}

builder.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status !== 422) return;
  event.detail.shouldSwap = true;
  event.detail.isError = false;
});
builder.addEventListener("htmx:beforeRequest", () => complain(""));
for (const failure of ["htmx:responseError", "htmx:sendError"]) {
  builder.addEventListener(failure, () => complain(builder.dataset.failed));
}
builder.addEventListener("htmx:afterSettle", () => {
  renumber();
  // What had the focus is gone with what was deleted: the way back is the next best place.
  if (document.activeElement === document.body) document.querySelector("#toasts form button")?.focus();
});
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
