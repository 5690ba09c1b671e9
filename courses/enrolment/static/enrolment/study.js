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
// that what it has had before. A heartbeat without an answer is sent again as it was
// (study-sending.js), and only then a newer one, with the time that came together meanwhile. The
// parting one cannot wait for that: it takes the other's place, and claims its time as well.
import { asksToSignIn, deliver, newId, pause, post, putUp, settle } from "./study-sending.js";

const BEAT_MS = 20_000;
const TICK_MS = 1_000;
const IDLE_MS = 60_000;
// Whoever reads a print in a frame scrolls there, and this page hears nothing of it.
const IDLE_IN_FRAME_MS = 300_000;
// A longer step between two ticks means that the machine slept or the tab was frozen.
const MOST_A_TICK_MS = 3_000;
// Shorter troubles need not worry the student.
const OFFLINE_MS = 20_000;
const INPUTS = ["pointerdown", "pointermove", "keydown", "wheel", "scroll", "touchstart"];
const STORE = "study:";

const element = document.getElementById("study");
if (element) begin(element);

function begin(root) {
  const url = root.dataset.beatUrl;
  const user = document.body.dataset.user ?? "";
  const sitting = { id: newId(), url, user, active: 0, acknowledged: 0, sent: null };
  let lastTick = performance.now();
  let lastInput = lastTick;
  let lastBeat = lastTick;
  let sending = false;
  let again = false;
  let troubledSince = null;
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
    if (again && troubledSince === null) beat();
  }

  function collect() {
    const total = Math.floor(sitting.active);
    const payload = { seconds: total - sitting.acknowledged, position: null };
    document.dispatchEvent(new CustomEvent("study:collect", { detail: payload }));
    return Object.assign(payload, { sitting: sitting.id, total });
  }

  async function sendOwn() {
    if (!sitting.sent) {
      const payload = collect();
      if (!worthSending(payload)) {
        failed(payload, 0);
        return;
      }
      putUp(sitting, payload);
      keep();
    }
    const { sent } = sitting;
    try {
      const delivered = await deliver(sitting, missed);
      if (delivered) stored(delivered);
    } catch (error) {
      refused(error.status);
      failed(JSON.parse(sent.text), error.status);
    }
  }

  // What an earlier load of this or another page could not deliver; it was active then. It goes
  // first: time that passed before a stored heartbeat is not counted any more after it.
  async function sendLeftovers() {
    for (const { place, left } of leftovers()) {
      try {
        await sendLeftover(place, left);
      } catch ({ status }) {
        // Closed or not ours any more: asking again would not help.
        if (status === 400 || status === 404) sessionStorage.removeItem(place);
        else store(place, left);
      }
    }
  }

  async function sendLeftover(place, left) {
    while (left.sent || Math.floor(left.active) > left.acknowledged) {
      if (!left.sent) {
        const total = Math.floor(left.active);
        const seconds = total - left.acknowledged;
        putUp(left, { seconds, position: null, sitting: left.id, total });
        store(place, left);
      }
      const { payload } = await deliver(left, (_payload, error) => {
        // A fault in this one's handling must not keep all others waiting; the next beat tries it.
        if (error.status === 500) throw error;
        troubled();
      });
      left.acknowledged = payload.total;
      recovered();
    }
    sessionStorage.removeItem(place);
  }

  let lastPosition = null;
  function worthSending({ seconds, position, total, sitting: id, ...more }) {
    const moved = position !== null && position !== lastPosition;
    return seconds > 0 || moved || Object.values(more).some((value) => value?.length !== 0);
  }

  function stored({ payload, answer }) {
    sitting.acknowledged = Math.max(sitting.acknowledged, payload.total);
    lastPosition = payload.position;
    recovered();
    keep();
    document.dispatchEvent(new CustomEvent("study:stored", { detail: { payload, answer } }));
  }

  function failed(payload, status) {
    document.dispatchEvent(new CustomEvent("study:failed", { detail: { payload, status } }));
  }

  function missed(payload, { status }) {
    parting = "";
    troubled();
    failed(payload, status);
  }

  function refused(status) {
    if (status === 404) {
      stopped = true;
      clearInterval(timer);
      forget();
      tell("closed");
    } else if (asksToSignIn(status)) {
      troubledSince ??= performance.now();
      tell("signed-out");
    } else {
      troubled();
    }
  }

  function troubled() {
    troubledSince ??= performance.now();
    if (performance.now() - troubledSince >= OFFLINE_MS) tell("offline");
  }

  function recovered() {
    troubledSince = null;
    tell("");
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
    const sent = putUp(sitting, payload);
    keep();
    try {
      const answer = await post(url, sent);
      settle(sitting, sent);
      stored({ payload, answer });
    } catch (error) {
      missed(payload, error);
      await pause(error);
      beat();
    }
  }

  // --- Across reloads --------------------------------------------------------------------

  function keep() {
    if (Math.floor(sitting.active) > sitting.acknowledged || sitting.sent) {
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
    if (!stopped) keep();
  }, TICK_MS);
  if (leftovers().length > 0) beat();
}
