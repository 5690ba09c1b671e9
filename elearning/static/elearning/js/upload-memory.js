// Which files this browser has begun to send, so that a reload or another tab can go on.
const PREFIX = "upload|";
const DAYS = 7;

function prefix(beginUrl) {
  return `${PREFIX}${document.body.dataset.user ?? ""}|${beginUrl}|`;
}

function keyOf(beginUrl, file) {
  return `${prefix(beginUrl)}${file.name}|${file.size}|${file.lastModified}`;
}

// Storage may be forbidden or full: then nothing is remembered, and sending still works.
function attempt(work) {
  try {
    return work();
  } catch {
    return null;
  }
}

export function remember(beginUrl, file, url) {
  const entry = { url, name: file.name, at: Date.now() };
  attempt(() => localStorage.setItem(keyOf(beginUrl, file), JSON.stringify(entry)));
}

export function recall(beginUrl, file) {
  return attempt(() => JSON.parse(localStorage.getItem(keyOf(beginUrl, file))))?.url ?? null;
}

/**
 * The name of one wish to send this file. A request to begin whose answer was lost is sent again
 * under the same name, also after a reload, so that it begins nothing twice.
 */
export function token(beginUrl, file) {
  const key = keyOf(beginUrl, file);
  const known = attempt(() => JSON.parse(localStorage.getItem(key)))?.token;
  if (known) return known;
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const fresh = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const entry = { token: fresh, name: file.name, at: Date.now() };
  attempt(() => localStorage.setItem(key, JSON.stringify(entry)));
  return fresh;
}

export function forget(beginUrl, file) {
  attempt(() => localStorage.removeItem(keyOf(beginUrl, file)));
}

/** What was begun here and not finished: [{key, url, name, at}]; old entries are dropped. */
export function unfinished(beginUrl) {
  const found = attempt(() => Object.keys(localStorage)) ?? [];
  const entries = [];
  for (const key of found.filter((each) => each.startsWith(prefix(beginUrl)))) {
    const entry = attempt(() => JSON.parse(localStorage.getItem(key)));
    if (!entry || Date.now() - entry.at > DAYS * 86400_000) drop(key);
    else if (entry.url) entries.push({ key, ...entry });
  }
  return entries;
}

export function drop(key) {
  attempt(() => localStorage.removeItem(key));
}
