// Tells when a film stops because it does not come fast enough, or does not come at all.
const LONG_MS = 3_000;
const TWICE_WITHIN_MS = 60_000;

/**
 * `slow()` is called after 3 s of waiting, and at the second time within a minute; `silent()`
 * first, where in those 3 s nothing came at all. What it returns: whether it does something.
 *
 * A browser tries a link that has ended for half a minute before it speaks of an error.
 */
export function watchStalls(video, { slow, silent }) {
  let flowing = false;
  let came = false;
  let lastAt = -Infinity;
  let long = 0;

  // Without any network nothing else would come either, and what is buffered would go.
  const tell = () => {
    lastAt = -Infinity;
    if (navigator.onLine) slow();
  };
  const tellLong = () => {
    if (!came && navigator.onLine && silent()) return;
    tell();
  };
  const on = (names, act) => names.forEach((name) => video.addEventListener(name, act));

  on(["progress"], () => (came = true));
  on(["waiting"], () => {
    clearTimeout(long);
    came = false;
    long = setTimeout(tellLong, LONG_MS);
    // A film that begins, or that somebody moves in, has not run dry.
    if (!flowing || video.seeking) return;
    flowing = false;
    const now = performance.now();
    const again = now - lastAt < TWICE_WITHIN_MS;
    lastAt = now;
    if (!again) return;
    clearTimeout(long);
    tell();
  });
  // Nobody waits in a paused film but for the picture of a place that was sought.
  on(["stalled"], () => {
    if (video.paused && video.seeking && navigator.onLine) silent();
  });
  on(["playing"], () => (flowing = true));
  on(["seeking", "emptied"], () => (flowing = false));
  on(["playing", "canplay", "pause", "ended", "emptied", "error"], () => clearTimeout(long));
}
