// Try until it works or can't; wait longer each time, less when the line comes back.
const LONGEST_WAIT = 15_000;

/**
 * The answer of `work`. After an error that `isWorthwhile` it is tried again, for ever;
 * `onWait(seconds, error, tries)` hears of each wait. The server's Retry-After is kept.
 */
export async function persist(work, { signal, isWorthwhile, onWait }) {
  for (let tries = 0; ; tries += 1) {
    signal.throwIfAborted();
    let delay = Math.min(LONGEST_WAIT, 1000 * 2 ** tries) * (0.75 + Math.random() / 2);
    try {
      const answer = await work();
      signal.throwIfAborted();
      return answer;
    } catch (error) {
      signal.throwIfAborted();
      if (!isWorthwhile(error)) throw error;
      delay = Math.max(delay, 1000 * (error.retryAfter ?? 0));
      onWait(Math.ceil(delay / 1000), error, tries);
    }
    await rest(delay, signal);
  }
}

function rest(delay, signal) {
  return new Promise((resolve) => {
    const wake = () => {
      clearTimeout(timer);
      window.removeEventListener("online", wake);
      signal.removeEventListener("abort", wake);
      resolve();
    };
    // Without a line there is nothing to try; `online` may never be told, so look again.
    const timer = setTimeout(wake, navigator.onLine ? delay : LONGEST_WAIT);
    window.addEventListener("online", wake);
    signal.addEventListener("abort", wake);
  });
}
