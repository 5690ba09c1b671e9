// The print button; and a matrix wider than its card opens where the class is now.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});
for (const newest of document.querySelectorAll(".matrix-scroll [data-newest]")) {
  const region = newest.closest(".matrix-scroll");
  const pinned = [...newest.parentElement.children].slice(-2); // study time and last day
  const visible = region.clientWidth - pinned.reduce((sum, cell) => sum + cell.offsetWidth, 0);
  // One lesson further than the newest, so that one sees it goes on.
  region.scrollLeft = newest.offsetLeft + 2 * newest.offsetWidth - visible;
}
