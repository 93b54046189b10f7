import type { ProgressOutput } from './progress.ts';

/** Shows the passes of a long alignment: a line that changes on a terminal, a line every ten seconds in a log. */
export function createPassProgress(
  output: ProgressOutput,
  options: { readonly passes: number; readonly now: () => number },
) {
  const { passes, now } = options;
  const tty = output.isTTY === true;
  const interval = tty ? 100 : 10_000;
  let shown = now();
  let used = false;
  return {
    onPass(pass: number): void {
      if (now() - shown < interval) return;
      shown = now();
      used = true;
      const text = `pass ${pass} of at most ${passes}`;
      output.write(tty ? `\r\x1b[2K${text}` : `${text}\n`);
    },
    done(): void {
      if (tty && used) output.write('\r\x1b[2K');
    },
  };
}
