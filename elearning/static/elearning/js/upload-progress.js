// How much of one file is there: for the bar, the speed and the time that is left.
export class Progress {
  constructor(size) {
    this.size = size;
    this.stored = new Map(); // part number → its bytes; the store has them, and they are ours
    this.underway = new Map(); // part number → bytes sent of it by now
    this.furthest = new Map(); // part number → the most that any try had sent of it
    this.transmitted = 0; // bytes that really went over the line, those sent again too
  }

  has(number) {
    return this.stored.has(number);
  }

  sent(number, bytes) {
    this.transmitted += Math.max(0, bytes - (this.underway.get(number) ?? 0));
    this.underway.set(number, bytes);
    this.furthest.set(number, Math.max(bytes, this.furthest.get(number) ?? 0));
  }

  keep(number, length) {
    this.stored.set(number, length);
    this.underway.delete(number);
    this.furthest.delete(number);
  }

  /** The store turned out not to have it. */
  drop(number) {
    this.stored.delete(number);
  }

  /** A try failed: its bytes have to go again, but a bar that runs back would frighten. */
  lose(number) {
    this.underway.delete(number);
  }

  /** Nothing travels any more: from here on only what is stored counts. */
  rest() {
    this.underway.clear();
    this.furthest.clear();
  }

  /** All of it has to be sent once more. */
  forget() {
    this.stored.clear();
    this.rest();
  }

  /** For the bar: bytes that are there or were under way. */
  get done() {
    return sum(this.stored) + sum(this.furthest);
  }

  /** For the time: bytes that have yet to go over the line. */
  get left() {
    return this.size - sum(this.stored) - sum(this.underway);
  }
}

function sum(map) {
  let total = 0;
  for (const bytes of map.values()) total += bytes;
  return total;
}
