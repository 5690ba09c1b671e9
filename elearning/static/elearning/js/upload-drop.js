// Files dropped on a place of the page.

/** `take(files, hadFolder)` gets the files that were dropped; folders are left out. */
export function listenToDrops(place, take) {
  let depth = 0; // entering a child comes before leaving its parent
  const mark = (change) => {
    depth = Math.max(0, depth + change);
    place.classList.toggle("over", depth > 0);
  };
  place.addEventListener("dragenter", () => mark(1));
  place.addEventListener("dragleave", () => mark(-1));
  place.addEventListener("dragover", (event) => {
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
  });
  place.addEventListener("drop", (event) => {
    event.preventDefault();
    mark(-depth);
    const items = [...event.dataTransfer.items].filter((item) => item.kind === "file");
    const isFolder = (item) => item.webkitGetAsEntry?.()?.isDirectory;
    const files = items.filter((item) => !isFolder(item)).map((item) => item.getAsFile());
    take(files, items.some(isFolder));
  });
}
