import { type Backend, probeTraining, ProtoNormError } from '@protonorm/tensor';
import { backendNames, checkBackendName, type BackendName } from './backend-name.ts';
import { createBackend, type CreateBackendOptions } from './create-backend.ts';

/** One backend that was tried. */
export interface BackendTrial {
  readonly name: BackendName;
  readonly ok: boolean;
  /** One sentence. */
  readonly reason: string;
}

/** The backend that was chosen, and why. */
export interface BackendChoice {
  readonly backend: Backend;
  readonly name: BackendName;
  /** One sentence for the log of a run. */
  readonly why: string;
  /** In the order in which they were tried. */
  readonly tried: readonly BackendTrial[];
}

/**
 * Opens the backend of this name, or with 'auto' the fastest of 'wasm' and 'cpu' that works here; each candidate has to
 * train a tiny convolutional net first.
 *
 * @throws `unknown-backend`; `backend-unavailable` when it, or with 'auto' every one, does not work
 * @example
 * ```ts
 * import { chooseBackend } from '@protonorm/backend-tfjs';
 * const { backend, name, why } = await chooseBackend('auto');
 * console.log(why);
 * name; // => 'wasm'
 * backend[Symbol.dispose]();
 * ```
 */
export async function chooseBackend(
  name: BackendName | 'auto',
  options: CreateBackendOptions = {},
): Promise<BackendChoice> {
  const asked = checkBackendName(name, ['auto']);
  const tried: BackendTrial[] = [];
  const causes: unknown[] = [];
  const candidates: readonly BackendName[] = asked === 'auto' ? backendNames : [asked];
  for (const candidate of candidates) {
    try {
      const backend = await tryBackend(candidate, options);
      tried.push({
        name: candidate,
        ok: true,
        reason: `${backend.description} has passed a training trial.`,
      });
      return { backend, name: candidate, why: whyChosen(asked, backend, tried), tried };
    } catch (error) {
      options.signal?.throwIfAborted();
      causes.push(error);
      tried.push({
        name: candidate,
        ok: false,
        reason: error instanceof Error ? error.message : String(error),
      });
    }
  }
  const reasons = tried.map((trial) => `${trial.name}: ${trial.reason}`).join(' ');
  throw new ProtoNormError('backend-unavailable', `No backend works here. ${reasons}`, {
    received: asked,
    expected: candidates,
    cause: causes[0],
  });
}

async function tryBackend(name: BackendName, options: CreateBackendOptions): Promise<Backend> {
  const backend = await createBackend(name, options);
  try {
    await probeTraining(backend);
    return backend;
  } catch (error) {
    backend[Symbol.dispose]();
    throw error;
  }
}

function whyChosen(asked: string, { name, description }: Backend, tried: readonly BackendTrial[]): string {
  if (asked !== 'auto') return `${name} was asked for: ${description}.`;
  const failed = tried
    .filter((trial) => !trial.ok)
    .map((trial) => `${trial.name} does not work: ${trial.reason}`);
  return `${name} is the fastest backend that works here: ${description}.${failed.map((text) => ` ${text}`).join('')}`;
}
