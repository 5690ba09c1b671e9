// How many parts travel at a time, over all files of the page.

// A browser keeps six lines to one server; the page itself needs some of them.
const MOST = 4;

/** A semaphore whose size follows the line: halved by troubles, one more for each success. */
export class Slots {
  constructor(most = MOST) {
    this.most = most;
    this.limit = most;
    this.taken = 0;
    this.waiting = []; // {order, grant}, the earliest file first
  }

  /**
   * Run `work` when there is a slot. Whose `order` is lower goes first, so that files end one
   * after the other and not all at the very last.
   */
  async use(order, signal, work) {
    await this.take(order, signal);
    try {
      return await work();
    } finally {
      this.taken -= 1;
      this.hand();
    }
  }

  slower() {
    this.limit = Math.max(1, Math.floor(this.limit / 2));
  }

  faster() {
    this.limit = Math.min(this.most, this.limit + 1);
    this.hand();
  }

  take(order, signal) {
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.waiting.splice(this.waiting.indexOf(one), 1);
        reject(signal.reason);
      };
      const grant = () => {
        signal.removeEventListener("abort", leave);
        resolve();
      };
      const one = { order, grant };
      if (signal.aborted) return reject(signal.reason);
      signal.addEventListener("abort", leave, { once: true });
      const behind = this.waiting.findIndex((other) => other.order > order);
      this.waiting.splice(behind < 0 ? this.waiting.length : behind, 0, one);
      this.hand();
    });
  }

  hand() {
    while (this.taken < this.limit && this.waiting.length) {
      this.taken += 1;
      this.waiting.shift().grant();
    }
  }
}

export const slots = new Slots();
