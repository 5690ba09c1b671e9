// Small movements that every page shares: toasts close, risky buttons ask once, buttons that are
// only a picture say their name to the mouse too, and a session that ended never puts the sign-in
// page into the middle of another one.
document.addEventListener("click", (event) => {
  const close = event.target.closest("[data-close-toast]");
  if (close) close.closest("[data-toast]").remove();
});
document.addEventListener("submit", (event) => {
  const question = event.target.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
});
document.addEventListener("pointerover", (event) => {
  const button = event.target.closest?.(".btn.icon[aria-label], summary.btn[aria-label]");
  if (button) button.title = button.getAttribute("aria-label");
});
document.addEventListener("htmx:beforeSwap", (event) => {
  const login = document.getElementById("signed-out")?.dataset.login;
  const answered = event.detail.xhr.responseURL;
  if (!login || !answered || new URL(answered).pathname !== login) return;
  event.detail.shouldSwap = false;
  document.dispatchEvent(new Event("session:ended"));
});
document.addEventListener("session:ended", () => {
  const notice = document.getElementById("signed-out");
  document.getElementById("toasts").replaceChildren(notice.content.cloneNode(true));
});
