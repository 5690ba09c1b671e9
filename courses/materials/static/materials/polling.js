// Fragments that are asked for again and again: say so when the answer is not a fragment.
// A session that has ended answers with the sign-in page, which must not land in the middle
// of another one.
function trouble(event) {
  const target = event.detail.target ?? event.detail.elt;
  const place = target?.closest("[data-poll-area]")?.querySelector("[data-poll-trouble]");
  if (place) place.hidden = false;
}

function asked(event) {
  return event.detail.target?.matches?.("[data-poll]");
}

document.addEventListener("htmx:beforeSwap", (event) => {
  if (!asked(event)) return;
  const { xhr, requestConfig } = event.detail;
  const answered = new URL(xhr.responseURL || requestConfig.path, location.href).pathname;
  if (answered === new URL(requestConfig.path, location.href).pathname && xhr.status === 200) {
    const place = event.detail.target.closest("[data-poll-area]");
    place?.querySelector("[data-poll-trouble]")?.setAttribute("hidden", "");
    return;
  }
  if (xhr.status === 204) return;
  event.detail.shouldSwap = false;
  trouble(event);
});
document.addEventListener("htmx:sendError", (event) => {
  if (asked(event)) trouble(event);
});
