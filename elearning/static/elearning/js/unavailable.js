// A page that was shown instead of the one asked for: again, or back to the form.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-again]")) location.reload();
  if (event.target.closest("[data-back]")) history.back();
});
