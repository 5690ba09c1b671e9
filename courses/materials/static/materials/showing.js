// A picture or a sound that could not be fetched: says so, instead of the browser's broken image.
const shown = document.querySelector("[data-shown]");
const notice = document.querySelector("[data-not-shown]");
const media = shown.querySelector("img") ?? shown;

function explain() {
  shown.hidden = true;
  notice.hidden = false;
  document.dispatchEvent(new CustomEvent("material:failed"));
}

// Errors of an image do not bubble.
shown.addEventListener("error", explain, true);
notice.querySelector("button").addEventListener("click", () => location.reload());
// An error before this module ran was heard by nobody.
if (media.error || (media.complete && media.naturalWidth === 0)) explain();
