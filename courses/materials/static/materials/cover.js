// The last picture of a film, laid over it while its next file is on the way.
export class Cover {
  constructor(canvas, video) {
    this.canvas = canvas;
    this.video = video;
    for (const name of ["loadeddata", "seeked", "canplay"]) {
      video.addEventListener(name, () => {
        const ready = video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA;
        if (ready && !video.seeking) this.hide();
      });
    }
  }

  /** Keep what is seen now; nothing before the film has begun: there is the poster then. */
  show() {
    const { canvas, video } = this;
    const seen = video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && video.currentTime > 0;
    if (!seen || !video.videoWidth) return;
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    canvas.getContext("2d").drawImage(video, 0, 0);
    canvas.hidden = false;
    // A new file would show it again.
    video.removeAttribute("poster");
  }

  hide() {
    if (this.canvas.hidden) return;
    this.canvas.hidden = true;
    this.canvas.width = 0;
  }
}
