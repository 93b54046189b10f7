import { isProtoNormError, ProtoNormError } from '@protonorm/tensor';
import type { RunManifest } from '../run/manifest.ts';
import { chooseExecution, type Execution } from './choose-execution.ts';

/**
 * The execution of a run that goes on: the backend and the build that it was begun with, since another one would give
 * other bits; any number of workers.
 *
 * @param asked - `--backend`, if it was given: it must mean the same
 * @throws `invalid-argument` for another backend, `backend-unavailable` when this machine lacks it
 */
export async function resumedExecution(
  folder: string,
  begun: Pick<RunManifest, 'backend' | 'workers'>,
  options: {
    readonly asked?: string | undefined;
    readonly workers?: string | undefined;
    readonly signal: AbortSignal;
  },
): Promise<Execution> {
  const { asked, workers, signal } = options;
  const name = backendOf(begun);
  const same = asked === undefined || asked === 'auto' || asked === name;
  if (!same && !(asked === 'wasm' && name.startsWith('wasm-'))) {
    throw new ProtoNormError(
      'invalid-argument',
      `The run in ${folder} was begun on ${name}; on ${asked} it would go on to other bits.`,
      { received: asked, expected: name, hint: 'Leave --backend out, or begin anew.' },
    );
  }
  try {
    const execution = await chooseExecution(
      { backend: name, workers: workers ?? String(begun.workers) },
      { signal },
    );
    return { ...execution, why: begun.backend.why };
  } catch (error) {
    if (!isProtoNormError(error, 'backend-unavailable')) throw error;
    throw new ProtoNormError(
      'backend-unavailable',
      `The run in ${folder} was begun on ${name}, which does not work here: ${error.message.replace(/\.?$/, '.')}`,
      {
        received: name,
        cause: error,
        hint: 'Another backend would go on to other bits: go on where it works, or begin anew, for all machines on --backend wasm-simd.',
      },
    );
  }
}

/** Run folders from before the engine call tfjs's WASM backend 'wasm'; new ones say which build of the engine. */
function backendOf({ backend }: Pick<RunManifest, 'backend'>): string {
  return backend.name === 'wasm' ? 'tfjs-wasm' : backend.name;
}
