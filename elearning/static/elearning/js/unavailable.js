// The page that is shown while the database can't do what was asked: again, or back to the form.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-again]")) location.reload();
  if (event.target.closest("[data-back]")) history.back();
});
