// The file as it was when it was chosen; should it change on the disk, it is not that file any more.
import { Stop } from "./upload-stop.js";

export class ChosenFile {
  /** In some browsers `file.size` and `file.lastModified` follow the disk: they are noted here. */
  constructor(file) {
    this.blob = file;
    this.name = file.name;
    this.type = file.type;
    this.size = file.size;
    this.lastModified = file.lastModified;
  }

  get intact() {
    return this.blob.size === this.size && this.blob.lastModified === this.lastModified;
  }

  /** So many bytes from `start` as an ArrayBuffer; Stop "changed" or "unreadable". */
  async read(start, length) {
    let buffer;
    try {
      buffer = await this.blob.slice(start, start + length).arrayBuffer();
    } catch {
      // Most browsers say no more: it may have been changed, or be on a drive that is away.
      throw new Stop(this.intact ? "unreadable" : "changed");
    }
    if (buffer.byteLength !== length || !this.intact) throw new Stop("changed");
    return buffer;
  }
}

/** SHA-256 in hex; "" where the browser offers none (plain http on a network). */
export async function sha256(buffer) {
  if (!globalThis.crypto?.subtle) return "";
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", buffer));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
