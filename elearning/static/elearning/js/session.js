// A session that ended never puts the sign-in page into the middle of another one, and whoever has
// signed in again in another tab goes on here.
import { csrfToken } from "./http.js";

document.addEventListener("htmx:beforeSwap", (event) => {
  const login = document.getElementById("signed-out")?.dataset.login;
  const answered = event.detail.xhr.responseURL;
  if (!login || !answered || new URL(answered).pathname !== login) return;
  event.detail.shouldSwap = false;
  document.dispatchEvent(new Event("session:ended"));
});
document.addEventListener("session:ended", () => {
  const notice = document.getElementById("signed-out");
  document.getElementById("toasts").replaceChildren(notice.content.cloneNode(true));
});

// Signing in renews the CSRF token, and what this page would send with its own is refused. It
// takes the new one over if the same person signed in: another one's page must not speak for him.
let token = csrfToken();

async function takeOver() {
  const fresh = csrfToken();
  const who = document.getElementById("signed-out")?.dataset.who;
  if (fresh === token || !who) return;
  const answer = await fetch(who, { credentials: "same-origin" });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (page.body.dataset.user !== document.body.dataset.user) return;
  token = fresh;
  for (const input of document.getElementsByName("csrfmiddlewaretoken")) input.value = fresh;
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": fresh }));
  document.querySelector("[data-signed-out]")?.remove();
}

function afterTakingOver(event, send) {
  if (csrfToken() === token) return;
  event.preventDefault();
  takeOver().catch(() => {}).then(send);
}

document.addEventListener("htmx:confirm", (event) => {
  afterTakingOver(event, () => event.detail.issueRequest());
});
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  afterTakingOver(event, () => {
    token = csrfToken();
    form.requestSubmit(event.submitter);
  });
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") takeOver().catch(() => {});
});
