// Requests to our own server, with the CSRF token of this browser: signing in again in another
// tab renews it, and a page that was open before (an upload, say) must still be able to go on.
export function csrfToken() {
  const cookie = document.cookie.match(/(?:^|;\s*)csrftoken=([^;]+)/);
  if (cookie) return cookie[1];
  return JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
}

export class HttpError extends Error {
  constructor(status, body) {
    super(body?.error ?? `HTTP ${status}`);
    this.status = status;
    this.body = body;
  }
}

/** Send JSON, get JSON; throws HttpError with the server's own sentence in `message`. */
export async function sendJson(method, url, body, options = {}) {
  const response = await fetch(url, {
    method,
    headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
    body: body === undefined ? undefined : JSON.stringify(body),
    credentials: "same-origin",
    redirect: "manual",
    ...options,
  });
  if (response.type === "opaqueredirect") throw new HttpError(401, null);
  const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
  const answer = isJson ? await response.json() : null;
  if (!response.ok) throw new HttpError(response.status, answer);
  return answer;
}
