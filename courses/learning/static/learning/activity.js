// The page of one activity: shows at once what a heartbeat has completed.
const state = document.getElementById("study");
const outline = document.querySelector(".outline");

function reveal(selector, shown = true) {
  for (const element of document.querySelectorAll(selector)) element.hidden = !shown;
}

function showCompleted() {
  state.toggleAttribute("data-done", true);
  reveal("[data-until-done]", false);
  reveal("[data-when-done], [data-just-done], [data-step-done]");
  document.querySelector("[data-step-tick]")?.classList.add("done");
  if (state.hasAttribute("data-completes-lesson")) {
    reveal("[data-lesson-done]");
    document.querySelector("[data-lesson-dot]")?.classList.add("done");
  }
  const progress = document.querySelector("[data-course-progress]");
  if (progress) progress.value = Number(state.dataset.percentAfter);
  document.querySelector("[data-say]").textContent = state.dataset.said;
}

if (state) {
  document.addEventListener("study:stored", (event) => {
    if (state.hasAttribute("data-done")) return;
    const { completed, remaining } = event.detail.answer;
    if (completed) {
      showCompleted();
    } else if (remaining) {
      for (const element of document.querySelectorAll("[data-remaining]")) element.textContent = remaining;
    }
  });
}

// What could not be seen is not done. A page loaded anew offers it again.
document.addEventListener("material:failed", () => reveal("form.finish", false));

// Beside the text the outline is always open; above it, folded until wanted.
const narrow = window.matchMedia("(width <= 860px)");
function fold() {
  outline.open = !narrow.matches;
}
fold();
narrow.addEventListener("change", fold);

// In a long course the outline starts where the student is.
const current = outline.querySelector(".current");
if (!narrow.matches && current && current.offsetTop + current.offsetHeight > outline.clientHeight) {
  outline.scrollTop = Math.max(0, current.offsetTop - outline.clientHeight / 3);
}
