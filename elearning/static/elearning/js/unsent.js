// What was typed into a form outlives a session that ended before it was sent: the server answers
// such a form with the sign-in page, and that leads back to the form as it was saved last.
//
// A form's fields are kept in this tab when it is sent, and put back if the same person's way to
// the same page led through the sign-in page; any other page means that they were stored or
// refused in words. Notes keep drafts of their own ([data-draft]); passwords are never kept.
const PREFIX = "unsent:";
const notice = document.getElementById("signed-out");
const key = `${PREFIX}${document.body.dataset.user}:${location.pathname}`;
const FIELDS = "input:not([type=hidden], [type=password], [type=file]), textarea, select, [name=version]";

function fieldsOf(form) {
  return [...form.querySelectorAll(FIELDS)].filter((field) => field.name);
}

function keep(form) {
  const kept = fieldsOf(form).map(({ name, value, type, checked }) => ({ name, value, type, checked }));
  try {
    sessionStorage.setItem(key, JSON.stringify(kept));
  } catch {
    // A full or forbidden store: the browser's own way back still has the fields.
  }
}

function take() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(key));
    for (const each of Object.keys(sessionStorage)) {
      if (each.startsWith(PREFIX)) sessionStorage.removeItem(each);
    }
    return kept;
  } catch {
    return null;
  }
}

function putBack(form, kept) {
  let changed = false;
  for (const field of fieldsOf(form)) {
    const box = ["checkbox", "radio"].includes(field.type);
    const was = kept.find(({ name, value }) => name === field.name && (!box || value === field.value));
    if (!was || was.type !== field.type) continue;
    changed ||= box ? field.checked !== was.checked : field.value !== was.value;
    if (box) field.checked = was.checked;
    else field.value = was.value;
  }
  return changed;
}

const mayKeep = (form) =>
  form.method === "post" && form.querySelector("textarea, input[type=text]") &&
  !form.querySelector("[data-draft]");

if (notice) {
  const kept = take();
  const from = document.referrer && new URL(document.referrer);
  const signedIn = from?.origin === location.origin && from.pathname.startsWith(notice.dataset.login);
  const form = [...document.querySelectorAll("main form")].find(mayKeep);
  if (kept && signedIn && form && putBack(form, kept)) {
    const words = document.getElementById("put-back").content.cloneNode(true);
    document.getElementById("toasts").append(words);
  }
  document.addEventListener("submit", (event) => {
    if (!event.defaultPrevented && mayKeep(event.target)) keep(event.target);
  });
}
