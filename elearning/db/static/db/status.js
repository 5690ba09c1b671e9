// The databases' state, asked again and again by htmx: says when that failed, and reads a new
// headline out to those who can't see it change.
const area = document.getElementById("status");
const headline = () => document.getElementById("status-sentence").textContent;
let said = headline();

document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.elt !== area) return;
  const { successful, xhr, pathInfo } = event.detail;
  const here = new URL(pathInfo.requestPath, location.href).pathname;
  // A session that has ended is answered by another page, and session.js says so.
  const answered = xhr.responseURL ? new URL(xhr.responseURL).pathname : here;
  document.getElementById("status-trouble").hidden = successful && answered === here;
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target !== area || headline() === said) return;
  said = headline();
  document.getElementById("status-said").textContent = said;
});
