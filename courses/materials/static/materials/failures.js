// When a film breaks: what can be mended by itself is; else the student is told what to do.

/** `quality` is null where there is only one. `place(name)` finds a part of the player. */
export function watchFailures(video, source, quality, place) {
  const box = place("error");
  let signedOut = false;
  let first = null; // What went wrong before mending was tried: that is what there is to tell.

  function failed() {
    const { code } = video.error;
    first ??= code;
    const unmended = code === MediaError.MEDIA_ERR_DECODE;
    if (quality?.takeBack()) return;
    if (!unmended && source.tryAgain()) return;
    if (first !== MediaError.MEDIA_ERR_NETWORK && quality?.giveWay()) return;
    explain(first);
    first = null;
  }

  async function explain(code) {
    let kind = "source";
    if (code === MediaError.MEDIA_ERR_NETWORK) kind = "network";
    if (code === MediaError.MEDIA_ERR_DECODE) kind = "decode";
    signedOut = await isSignedOut();
    if (signedOut) kind = "session";
    for (const text of box.querySelectorAll("p")) {
      text.hidden = !text.hasAttribute(`data-error-${kind}`);
    }
    box.hidden = false;
  }

  video.addEventListener("error", failed);
  video.addEventListener("loadeddata", () => {
    first = null;
    box.hidden = true;
  });
  // An error before this module ran was heard by nobody.
  if (video.error) failed();
  place("reload").addEventListener("click", () => {
    if (signedOut) {
      location.reload();
      return;
    }
    box.hidden = true;
    quality?.startAgain();
    source.reload();
  });
}

async function isSignedOut() {
  try {
    const answer = await fetch(location.href, { method: "HEAD", redirect: "manual" });
    return answer.type === "opaqueredirect";
  } catch {
    return false;
  }
}
