// Requests to our own server, with the CSRF token of this browser: signing in again in another
// tab renews it, and a page that was open before (an upload, say) must still be able to go on.
export function csrfToken() {
  const cookie = document.cookie.match(/(?:^|;\s*)(?:__Host-)?csrftoken=([^;]+)/);
  if (cookie) return cookie[1];
  return JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
}

export class HttpError extends Error {
  /** `retryAfter`: seconds after which the server wants to be asked again; 0: it did not say. */
  constructor(status, body, retryAfter = 0) {
    super(body?.error ?? `HTTP ${status}`);
    this.status = status;
    this.body = body;
    this.retryAfter = retryAfter;
  }
}

/** Send JSON, get JSON; throws HttpError with the server's own sentence in `message`. */
export async function sendJson(method, url, body, { headers = {}, ...options } = {}) {
  const response = await fetch(url, {
    method,
    headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken(), ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
    credentials: "same-origin",
    redirect: "manual",
    ...options,
  });
  if (response.type === "opaqueredirect") throw new HttpError(401, null);
  const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
  const answer = isJson ? await response.json() : null;
  if (!response.ok) {
    const retryAfter = Number(response.headers.get("Retry-After")) || 0;
    throw new HttpError(response.status, answer, retryAfter);
  }
  return answer;
}
