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

export function forget(beginUrl, file) {
  attempt(() => localStorage.removeItem(keyOf(beginUrl, file)));
}

/** What was begun here and not finished: [{key, url, name, at}]; old entries are dropped. */
export function unfinished(beginUrl) {
  const found = attempt(() => Object.keys(localStorage)) ?? [];
  const entries = [];
  for (const key of found.filter((each) => each.startsWith(prefix(beginUrl)))) {
    const entry = attempt(() => JSON.parse(localStorage.getItem(key)));
    if (entry?.url && Date.now() - entry.at < DAYS * 86400_000) entries.push({ key, ...entry });
    else attempt(() => localStorage.removeItem(key));
  }
  return entries;
}

export function drop(key) {
  attempt(() => localStorage.removeItem(key));
}
