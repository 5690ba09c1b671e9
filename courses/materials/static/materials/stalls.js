// Tells when a film stops because it does not come fast enough, or does not come at all.
const LONG_MS = 3_000;
const TWICE_WITHIN_MS = 60_000;
// `progress` is told a while after something came.
const TOLD_LATE_MS = 1_000;

/**
 * `slow()` is called after 3 s of waiting, and at the second time within a minute; `silent()`
 * first, where in those 3 s nothing came at all. What it returns: whether it does something.
 *
 * A browser tries a link that has ended for half a minute before it speaks of an error.
 */
export function watchStalls(video, { slow, silent }) {
  let flowing = false;
  let waitedAt = 0;
  let cameAt = 0;
  let lastAt = -Infinity;
  let long = 0;

  // Without any network nothing else would come either, and what is buffered would go.
  const tell = () => {
    lastAt = -Infinity;
    if (navigator.onLine) slow();
  };
  const mended = () => navigator.onLine && silent();
  const tellLong = () => {
    const came = cameAt > waitedAt + TOLD_LATE_MS;
    if (came || !mended()) tell();
  };
  const on = (names, act) => names.forEach((name) => video.addEventListener(name, act));

  on(["progress"], () => (cameAt = performance.now()));
  on(["waiting"], () => {
    clearTimeout(long);
    waitedAt = performance.now();
    long = setTimeout(tellLong, LONG_MS);
    // A film that begins, or that somebody moves in, has not run dry.
    if (!flowing || video.seeking) return;
    flowing = false;
    const again = waitedAt - lastAt < TWICE_WITHIN_MS;
    lastAt = waitedAt;
    if (!again) return;
    clearTimeout(long);
    tell();
  });
  // Where a paused film is moved in, nothing else tells that its picture does not come.
  on(["stalled"], () => {
    if (video.seeking) mended();
  });
  on(["playing"], () => (flowing = true));
  on(["seeking", "emptied"], () => (flowing = false));
  on(["playing", "canplay", "pause", "ended", "emptied", "error"], () => clearTimeout(long));
}
