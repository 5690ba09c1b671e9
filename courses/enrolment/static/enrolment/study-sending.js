// Sends a sitting's heartbeats: one at a time, each until the server has answered it.
//
// A heartbeat without an answer may have been stored all the same. So the very same text is sent
// again, under the same Idempotency-Key, which has its effect once; nothing newer goes out before.
const ANSWER_WITHIN_MS = 15_000;
const PAUSE_S = 5;
const LEAST_PAUSE_S = 1;
// A whole school that lost its server must not come back in the same second.
const JITTER = 0.5;

// crypto.randomUUID is missing where a school opens the page without HTTPS.
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Makes `payload` the heartbeat that `sitting.sent` holds, as {text, key}: another text is another
 * key. Both stay with the sitting, so that they are the same after a reload too.
 */
export function putUp(sitting, payload) {
  const text = JSON.stringify(payload);
  if (sitting.sent?.text !== text) sitting.sent = { text, key: newId() };
  return sitting.sent;
}

/**
 * Posts `sitting.sent` until it is answered, and gives {payload, answer}; null if somebody else
 * settled it meanwhile. `sitting.sent` is then null, unless another was put up in the meantime.
 * `missed(payload, error)` hears of each try that is going to be repeated; what it throws ends the
 * delivery. Throws post()'s Error for a refusal, which settles it too, unless the student only has to
 * sign in again.
 */
export async function deliver(sitting, missed) {
  while (sitting.sent) {
    const { sent } = sitting;
    const payload = JSON.parse(sent.text);
    try {
      const answer = await post(sitting.url, sent);
      settle(sitting, sent);
      return { payload, answer };
    } catch (error) {
      if (mayBeRepeated(error.status)) {
        missed(payload, error);
        await pause(error);
        continue;
      }
      if (!asksToSignIn(error.status)) settle(sitting, sent);
      throw error;
    }
  }
  return null;
}

/** `sent` is settled, but not what has taken its place. */
export function settle(sitting, sent) {
  if (sitting.sent === sent) sitting.sent = null;
}

function mayBeRepeated(status) {
  return status === 0 || status === 409 || status >= 500;
}

export function asksToSignIn(status) {
  return status === 401 || status === 403;
}

/** Until a try that failed may be repeated. Without any answer, the line's coming back ends the pause. */
export function pause({ status, retryAfter }) {
  const seconds = Math.max(LEAST_PAUSE_S, retryAfter || PAUSE_S) * (1 + Math.random() * JITTER);
  return new Promise((resolve) => {
    setTimeout(resolve, seconds * 1000);
    if (status === 0) window.addEventListener("online", resolve, { once: true });
  });
}

/**
 * The server's answer; throws an Error for anything but a 200, with `status` (0: none) and
 * `retryAfter` in seconds (0: it did not say).
 */
export async function post(url, { text, key }) {
  const { "X-CSRFToken": token } = JSON.parse(document.body.getAttribute("hx-headers"));
  let response;
  try {
    response = await fetch(url, {
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
    if (response.status === 200) return await response.json();
  } catch {
    throw failure(0);
  }
  // Only the sign-in page is somewhere else.
  if (response.type === "opaqueredirect") throw failure(401);
  throw failure(response.status, Number(response.headers.get("Retry-After")) || 0);
}

function failure(status, retryAfter = 0) {
  return Object.assign(new Error(`HTTP ${status}`), { status, retryAfter });
}
