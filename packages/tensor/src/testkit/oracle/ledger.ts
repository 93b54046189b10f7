import type { BackendMemory } from '../../learner/backend.ts';

/** Counts what is held, so that a leak shows. */
export class Ledger {
  #buffers = 0;
  #bytes = 0;

  /** Notes arrays as held; the returned function notes them as freed, once. */
  hold(...arrays: readonly { readonly byteLength: number }[]): () => void {
    const bytes = arrays.reduce((sum, { byteLength }) => sum + byteLength, 0);
    this.#buffers += arrays.length;
    this.#bytes += bytes;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#buffers -= arrays.length;
      this.#bytes -= bytes;
    };
  }

  memory(): BackendMemory {
    return { buffers: this.#buffers, bytes: this.#bytes };
  }
}
