// Study time of the page that is open, sent to the server as heartbeats.
//
// Loaded where there is <div id="study" data-beat-url="…"> with
// parts/study_notices.html inside. On `document`:
//   hears  study:active   something is being studied though no key is pressed (a video plays)
//          study:flush    send now
//   tells  study:collect  detail = the heartbeat about to be sent; listeners add their fields
//          study:stored   detail = {payload, answer}, after the server has stored it
//          study:failed   detail = {payload, status}; status 0: no answer at all, or not sent
//
// A sitting is one load of this page. A heartbeat says how much of the sitting has not been
// acknowledged (`seconds`) and how much there was altogether (`total`): the server knows by
// that what it has had before, so whatever got no answer may be sent again. Precisely the same
// heartbeat sent again bears the same Idempotency-Key, and gets the same answer.
const BEAT_MS = 20_000;
const TICK_MS = 1_000;
const IDLE_MS = 60_000;
// Whoever reads a print in a frame scrolls there, and this page hears nothing of it.
const IDLE_IN_FRAME_MS = 300_000;
// A longer step between two ticks means that the machine slept or the tab was frozen.
const MOST_A_TICK_MS = 3_000;
const ANSWER_WITHIN_MS = 15_000;
const INPUTS = ["pointerdown", "pointermove", "keydown", "wheel", "scroll", "touchstart"];
const STORE = "study:";

const element = document.getElementById("study");
if (element) begin(element);

function begin(root) {
  const url = root.dataset.beatUrl;
  const user = document.body.dataset.user ?? "";
  const sitting = { id: newId(), url, user, active: 0, acknowledged: 0, unsent: null, sent: null };
  let lastTick = performance.now();
  let lastInput = lastTick;
  let lastBeat = lastTick;
  let sending = false;
  let again = false;
  let failures = 0;
  let stopped = false;
  let told = "";

  // --- Counting --------------------------------------------------------------------------

  function tick() {
    const now = performance.now();
    const step = now - lastTick;
    lastTick = now;
    if (stopped) return;
    if (document.visibilityState === "visible" && now - lastInput < idleLimit()) {
      if (step <= MOST_A_TICK_MS) sitting.active += step / 1000;
    }
    if (now - lastBeat >= BEAT_MS) beat();
  }

  function idleLimit() {
    return document.activeElement?.tagName === "IFRAME" ? IDLE_IN_FRAME_MS : IDLE_MS;
  }

  function input() {
    tick();
    lastInput = performance.now();
  }

  // --- Sending ---------------------------------------------------------------------------

  async function beat() {
    lastBeat = performance.now();
    if (stopped) return;
    if (sending) {
      again = true;
      return;
    }
    sending = true;
    again = false;
    try {
      await sendLeftovers();
      if (!stopped) await sendOwn();
    } finally {
      sending = false;
    }
    if (again && failures === 0) beat();
  }

  function collect() {
    const total = Math.floor(sitting.active);
    const payload = { seconds: total - sitting.acknowledged, position: null };
    document.dispatchEvent(new CustomEvent("study:collect", { detail: payload }));
    return Object.assign(payload, { sitting: sitting.id, total });
  }

  async function sendOwn() {
    const payload = collect();
    if (!worthSending(payload)) {
      failed(payload, 0);
      return;
    }
    const { text, key } = keyed(sitting, payload);
    keep(payload);
    let answer;
    try {
      answer = await post(url, text, key);
    } catch (error) {
      refused(error.status ?? 0);
      failed(payload, error.status ?? 0);
      return;
    }
    stored(payload, answer);
  }

  // What an earlier load of this or another page could not deliver; it was active then.
  async function sendLeftovers() {
    for (const { place, left } of leftovers()) {
      const total = Math.floor(left.active);
      const seconds = total - left.acknowledged;
      const { text, key } = keyed(left, { ...left.unsent, seconds, sitting: left.id, total });
      store(place, left);
      try {
        await post(left.url, text, key);
      } catch (error) {
        const status = error.status ?? 0;
        // Closed or not ours any more: asking again would not help.
        if (status === 400 || status === 404) sessionStorage.removeItem(place);
        continue;
      }
      sessionStorage.removeItem(place);
    }
  }

  let lastPosition = null;
  function worthSending({ seconds, position, total, sitting: id, ...more }) {
    const moved = position !== null && position !== lastPosition;
    return seconds > 0 || moved || Object.values(more).some((value) => value?.length !== 0);
  }

  function stored(payload, answer) {
    sitting.acknowledged = Math.max(sitting.acknowledged, payload.total);
    sitting.unsent = null;
    lastPosition = payload.position;
    failures = 0;
    tell("");
    keep(null);
    document.dispatchEvent(new CustomEvent("study:stored", { detail: { payload, answer } }));
  }

  function failed(payload, status) {
    document.dispatchEvent(new CustomEvent("study:failed", { detail: { payload, status } }));
  }

  function refused(status) {
    failures += 1;
    if (status === 404) {
      stopped = true;
      clearInterval(timer);
      forget();
      tell("closed");
    } else if (status === 401 || status === 403) {
      tell("signed-out");
    } else if (failures >= 2) {
      tell("offline");
    }
  }

  // The page is going, perhaps: the answer may find nobody, and then nothing is acknowledged.
  // If this arrives all the same, sending it again after coming back changes nothing.
  let parting = "";
  async function leave() {
    tick();
    if (stopped) return;
    const payload = collect();
    const text = JSON.stringify(payload);
    // Going to another page, a browser says first that this one is hidden, then that it goes.
    if (!worthSending(payload) || text === parting) {
      failed(payload, 0);
      return;
    }
    parting = text;
    const { key } = keyed(sitting, payload);
    keep(payload);
    try {
      stored(payload, await post(url, text, key));
    } catch (error) {
      parting = "";
      failed(payload, error.status ?? 0);
    }
  }

  // --- Across reloads --------------------------------------------------------------------

  function keep(payload) {
    if (payload) sitting.unsent = payload;
    if (Math.floor(sitting.active) > sitting.acknowledged || sitting.unsent) {
      store(STORE + sitting.id, sitting);
    } else {
      forget();
    }
  }

  function store(place, entry) {
    try {
      sessionStorage.setItem(place, JSON.stringify(entry));
    } catch {
      // A full or forbidden store: the amounts are still in memory.
    }
  }

  function forget() {
    try {
      sessionStorage.removeItem(STORE + sitting.id);
    } catch {
      // Nothing was kept then.
    }
  }

  function leftovers() {
    try {
      return Object.keys(sessionStorage)
        .filter((place) => place.startsWith(STORE) && place !== STORE + sitting.id)
        .map((place) => ({ place, left: JSON.parse(sessionStorage.getItem(place)) }))
        // On a shared machine the next student may sign in on the same tab.
        .filter(({ left }) => left.user === user);
    } catch {
      return [];
    }
  }

  // --- Telling ---------------------------------------------------------------------------

  function tell(name) {
    if (name === told) return;
    told = name;
    const place = root.querySelector("[data-study-notices]");
    const template = name && root.querySelector(`template[data-study-notice="${name}"]`);
    place?.replaceChildren(...(template ? [template.content.cloneNode(true)] : []));
  }

  for (const name of INPUTS) {
    document.addEventListener(name, input, { passive: true, capture: true });
  }
  // A click into a frame is heard only as this window losing the focus to it.
  window.addEventListener("blur", () => setTimeout(() => {
    if (document.activeElement?.tagName === "IFRAME") input();
  }));
  document.addEventListener("study:active", input);
  document.addEventListener("study:flush", () => {
    tick();
    beat();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") leave();
    else input();
  });
  window.addEventListener("pagehide", leave);
  window.addEventListener("pageshow", () => {
    lastTick = performance.now();
  });
  window.addEventListener("online", () => beat());
  const timer = setInterval(() => {
    tick();
    if (!stopped) keep(null);
  }, TICK_MS);
  if (leftovers().length > 0) beat();
}

// crypto.randomUUID is missing where a school opens the page without HTTPS.
function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * The heartbeat as text with its key: another text is another key. Both stay with the sitting, so
 * that the same text bears the same key after a reload too.
 */
function keyed(sitting, payload) {
  const text = JSON.stringify(payload);
  if (sitting.sent?.text !== text) sitting.sent = { text, key: newId() };
  return sitting.sent;
}

/** The server's answer; throws an Error with `status` (0: none) for anything but a 200. */
async function post(url, text, key) {
  const { "X-CSRFToken": token } = JSON.parse(document.body.getAttribute("hx-headers"));
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      "Idempotency-Key": key,
      "X-CSRFToken": token,
    },
    body: text,
    credentials: "same-origin",
    redirect: "manual",
    keepalive: true,
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  });
  const status = response.type === "opaqueredirect" ? 401 : response.status;
  if (status !== 200) throw Object.assign(new Error(`HTTP ${status}`), { status });
  return response.json();
}
