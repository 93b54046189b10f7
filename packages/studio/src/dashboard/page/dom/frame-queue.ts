/**
 * Work on the page, one piece in each frame, so that no task is long. A piece that waits already is not queued again; it sees what
 * is newest when its turn comes. A hidden page does nothing until it is seen again.
 */
export class FrameQueue {
  readonly #waiting = new Set<() => void>();
  #asked = false;

  add(work: () => void): void {
    this.#waiting.add(work);
    this.#ask();
  }

  #ask(): void {
    if (this.#asked || this.#waiting.size === 0) return;
    this.#asked = true;
    requestAnimationFrame(() => {
      this.#asked = false;
      const [next] = this.#waiting;
      this.#waiting.delete(next);
      this.#ask();
      next();
    });
  }
}
