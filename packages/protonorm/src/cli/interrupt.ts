import { Interrupted } from './exit-codes.ts';

/**
 * A signal that SIGINT and SIGTERM abort: the first one stops cleanly, a second one ends the process at once.
 *
 * @param announcement - what is said when it happens
 */
export function interruptSignal(
  announcement = 'Stopping; the last finished round is kept. Once more to end at once.',
): Disposable & { readonly signal: AbortSignal } {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(130);
    process.stderr.write(`\n${announcement}\n`);
    controller.abort(new Interrupted('Interrupted.'));
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      process.off('SIGINT', stop);
      process.off('SIGTERM', stop);
    },
  };
}
