// The video player: control bar, quality, resuming, what was watched, and what to do when it breaks.
import { Controls, clock } from "./controls.js";
import { watchFailures } from "./failures.js";
import { Quality } from "./quality.js";
import { Resuming } from "./resuming.js";
import { Source } from "./source.js";
import { watchStalls } from "./stalls.js";
import { Watching } from "./watching.js";

const NOTE_MS = 6_000;

for (const root of document.querySelectorAll("[data-player]")) begin(root);

function begin(root) {
  const video = root.querySelector("video");
  let noteTimer = 0;
  const duration = Number(root.dataset.duration);
  const controls = new Controls(root, video, duration);
  const resuming = new Resuming(video, root.dataset);
  const watching = new Watching(video, JSON.parse(root.dataset.ranges), showWatched);
  const source = new Source(video, controls.find("cover"));
  const choice = controls.find("quality");
  const quality = choice && new Quality(choice, video, source, sayFailed);
  watchStalls(video, { slow: () => quality?.stepDown(), silent: () => source.tryAgain() });
  watchFailures(video, source, quality, (name) => controls.find(name));

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

  function sayFailed(label) {
    const note = controls.find("quality-note");
    note.textContent = choice.dataset.failed.replace("{quality}", label);
    note.hidden = false;
    clearTimeout(noteTimer);
    noteTimer = setTimeout(() => (note.hidden = true), NOTE_MS);
  }

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
    video.addEventListener("play", () => setTimeout(close, NOTE_MS), { once: true });
  }

  if (video.readyState >= HTMLMediaElement.HAVE_METADATA) resume();
  else video.addEventListener("loadedmetadata", resume, { once: true });
}
