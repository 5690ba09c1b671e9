// Messages close by their button; those that only say that something went well ([data-leaves])
// also leave by themselves, with the next step or once they were there to be read.
document.addEventListener("click", (event) => {
  const close = event.target.closest("[data-close-toast]");
  if (close) close.closest("[data-toast]").remove();
});

function leave(which) {
  for (const toast of document.querySelectorAll(`[data-leaves]${which}`)) {
    if (!toast.matches(":hover, :focus-within")) toast.remove();
  }
}
document.addEventListener("htmx:beforeRequest", () => leave(""));
setInterval(() => {
  leave("[data-read]");
  for (const toast of document.querySelectorAll("[data-leaves]")) toast.dataset.read = "";
}, 6000);
