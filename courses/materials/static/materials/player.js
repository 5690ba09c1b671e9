// The video player: control bar, resuming, what was watched, and what to do when it breaks.
import { Controls, clock } from "./controls.js";
import { Resuming } from "./resuming.js";
import { Watching } from "./watching.js";

for (const root of document.querySelectorAll("[data-player]")) begin(root);

function begin(root) {
  const video = root.querySelector("video");
  const duration = Number(root.dataset.duration);
  const controls = new Controls(root, video, duration);
  const resuming = new Resuming(video, root.dataset);
  const watching = new Watching(video, JSON.parse(root.dataset.ranges), showWatched);

  function showWatched() {
    controls.showRanges("seen", watching.all());
    const percent = document.querySelector("[data-watched-percent]");
    if (!percent || !duration) return;
    // As queries.py rounds it: a second at either end is no matter.
    const seconds = watching.seconds();
    const nearly = seconds ? Math.min(seconds + 1, duration) : 0;
    const whole = Math.floor((nearly / duration) * 100);
    percent.textContent = String(whole);
    document.querySelector("[data-watched-bar]").value = whole;
  }

  document.addEventListener("study:stored", ({ detail: { answer } }) => {
    const why = document.querySelector("[data-watched-why]");
    if (!why) return;
    why.textContent = answer.remaining;
    why.hidden = answer.completed;
    document.querySelector("[data-watched-done]").hidden = !answer.completed;
    document.querySelector("[data-watched-bar]").classList.toggle("done", answer.completed);
  });

  // --- Resuming ----------------------------------------------------------------------------

  function resume() {
    const settle = () => {
      watching.settled = true;
      resuming.keep();
    };
    const position = resuming.position();
    if (position) {
      video.addEventListener("seeked", settle, { once: true });
      video.currentTime = position;
      showResumed(position);
    } else {
      settle();
    }
    showWatched();
  }

  function showResumed(position) {
    const note = controls.find("resume-note");
    controls.find("resume-text").textContent = root.dataset.resumed.replace(
      "{time}",
      clock(position),
    );
    note.hidden = false;
    const close = () => {
      if (note.contains(document.activeElement)) root.focus({ preventScroll: true });
      note.hidden = true;
    };
    controls.find("restart").addEventListener("click", () => {
      controls.goTo(0);
      close();
    });
    controls.find("resume-close").addEventListener("click", close);
    video.addEventListener("play", () => setTimeout(close, 6_000), { once: true });
  }

  if (video.readyState >= HTMLMediaElement.HAVE_METADATA) resume();
  else video.addEventListener("loadedmetadata", resume, { once: true });

  // --- When it breaks ----------------------------------------------------------------------

  const error = controls.find("error");
  let brokeAt = null;
  let signedOut = false;

  async function explain() {
    brokeAt ??= watching.settled ? video.currentTime : null;
    const code = video.error?.code;
    let kind = "source";
    if (code === MediaError.MEDIA_ERR_NETWORK) kind = "network";
    if (code === MediaError.MEDIA_ERR_DECODE) kind = "decode";
    signedOut = await isSignedOut();
    if (signedOut) kind = "session";
    for (const text of error.querySelectorAll("p")) {
      text.hidden = !text.hasAttribute(`data-error-${kind}`);
    }
    error.hidden = false;
  }

  async function isSignedOut() {
    try {
      const answer = await fetch(location.href, { method: "HEAD", redirect: "manual" });
      return answer.type === "opaqueredirect";
    } catch {
      return false;
    }
  }

  video.addEventListener("error", explain);
  // An error before this module ran was heard by nobody.
  if (video.error) explain();
  controls.find("reload").addEventListener("click", () => {
    if (signedOut) {
      location.reload();
      return;
    }
    error.hidden = true;
    const position = brokeAt;
    brokeAt = null;
    video.load();
    if (position === null) return;
    video.addEventListener(
      "loadedmetadata",
      () => {
        video.currentTime = position;
        video.play().catch(() => {});
      },
      { once: true },
    );
  });
}
