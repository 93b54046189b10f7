import type { ProgressOutput } from './progress.ts';

/** Shows the passes of a long alignment: a line that changes on a terminal, a line every ten seconds in a log. */
export function createPassProgress(output: ProgressOutput, { now }: { readonly now: () => number }) {
  const tty = output.isTTY === true;
  const interval = tty ? 250 : 10_000;
  const began = now();
  let shown = began;
  let last = 0;
  let used = false;
  /** To be called from time to time: one pass over many classes takes minutes. */
  const tick = (): void => {
    const time = now();
    if (time - shown < interval) return;
    shown = time;
    used = true;
    const text = `${last === 0 ? 'aligning' : `pass ${last}`}, ${Math.round((time - began) / 1000)} s`;
    output.write(tty ? `\r\x1b[2K${text}` : `${text}\n`);
  };
  return {
    tick,
    onPass(pass: number): void {
      last = pass;
      tick();
    },
    done(): void {
      if (tty && used) output.write('\r\x1b[2K');
    },
  };
}
