import { isProtoNormError } from '@protonorm/tensor';
import { EXIT, exitCodeOf, isInterruption } from './exit-codes.ts';
import { inputFault } from './system-error.ts';

/**
 * Says what went wrong: one message on standard error, with `--json` also an object on standard output. Only what is
 * neither bad input nor an expected failure shows where it was thrown.
 *
 * @returns the exit code
 */
export function reportError(error: unknown, options: { readonly json: boolean }): number {
  if (isInterruption(error)) return EXIT.interrupted;
  const system = inputFault(error);
  const known = isProtoNormError(error) ? error : system;
  if (known === undefined) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`unexpected error: ${text}\n`);
    return EXIT.failed;
  }
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ error: { code: known.code, message: known.message } })}\n`);
  }
  process.stderr.write(`error (${known.code}): ${known.message}\n`);
  return exitCodeOf(known);
}
