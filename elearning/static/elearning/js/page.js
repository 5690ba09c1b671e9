// Small movements that every page shares: risky buttons ask once, and buttons that are only a
// picture say their name to the mouse too.
document.addEventListener("submit", (event) => {
  const question = event.target.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
});
document.addEventListener("pointerover", (event) => {
  const button = event.target.closest?.(".btn.icon[aria-label], summary.btn[aria-label]");
  if (button) button.title = button.getAttribute("aria-label");
});
