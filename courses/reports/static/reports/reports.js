// The print button; and a matrix wider than its card opens at its newest lessons.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});
for (const region of document.querySelectorAll("[data-newest]")) {
  region.scrollLeft = region.scrollWidth;
}
