import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** One thread for the libraries that would take all cores. */
const env = { ...process.env, OMP_NUM_THREADS: '1', MKL_NUM_THREADS: '1' };

/**
 * Runs a script of this folder in a process of its own, so that neither compiled code nor memory of one measurement serves
 * another, and reads the JSON that it prints.
 *
 * @throws what the process says on its standard error when it ends with another code than 0
 */
export function apart<Result>(script: string, argument: unknown, interpreter?: string): Result {
  const [command, ...flags] =
    interpreter === undefined
      ? [process.execPath, '--expose-gc', '--conditions=@protonorm/source']
      : [interpreter];
  const path = fileURLToPath(new URL(script, import.meta.url));
  const { status, signal, stdout, stderr, error } = spawnSync(
    command,
    [...flags, path, JSON.stringify(argument)],
    { encoding: 'utf8', env, maxBuffer: 2 ** 28 },
  );
  if (error !== undefined) throw error;
  if (status !== 0)
    throw new Error(`${script} ${JSON.stringify(argument)} ended with ${signal ?? status}:\n${stderr}`);
  return JSON.parse(stdout) as Result;
}
