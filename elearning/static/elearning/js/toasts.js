// Messages close by their button; those that only say that something went well ([data-leaves])
// also leave by themselves once they were there to be read.
document.addEventListener("click", (event) => {
  const close = event.target.closest("[data-close-toast]");
  if (close) close.closest("[data-toast]").remove();
});

setInterval(() => {
  for (const toast of document.querySelectorAll("[data-leaves]:not(:hover, :focus-within)")) {
    if ("read" in toast.dataset) toast.remove();
    toast.dataset.read = "";
  }
}, 6000);
