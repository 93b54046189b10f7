import { loadBackend, type BackendReference } from '@protonorm/simulation';
import { type Backend, probeTraining, ProtoNormError } from '@protonorm/tensor';
import { backendReference } from './backend-reference.ts';
import { automaticBackends, checkBackendName, type BackendName } from './backend-table.ts';

/** The backend that was chosen, and why. */
export interface ChosenBackend {
  /** Never 'wasm' alone: 'wasm-relaxed' or 'wasm-simd', so that a run that goes on gives the same bits. */
  readonly reference: BackendReference;
  /** What it runs on: library, version, SIMD, threads. */
  readonly description: string;
  /** One sentence for the log and the manifest of a run. */
  readonly why: string;
}

/**
 * The backend of a name, or with 'auto' the first of 'wasm', 'tfjs-wasm' and 'cpu' that works here; each candidate has to
 * train a tiny convolutional net first.
 *
 * @throws `unknown-backend`; `backend-unavailable` when it, or with 'auto' every one, does not work
 */
export async function chooseBackend(
  name: string,
  { signal }: { readonly signal: AbortSignal },
): Promise<ChosenBackend> {
  const asked = checkBackendName(name);
  const candidates = asked === 'auto' ? automaticBackends : [asked];
  const failures: { readonly name: BackendName; readonly error: unknown }[] = [];
  for (const candidate of candidates) {
    try {
      const found = await tryBackend(candidate);
      const because =
        asked === 'auto' ? 'is the fastest backend that works here' : `was asked for (--backend ${asked})`;
      return {
        ...found,
        why: `${[`${found.reference.name} ${because}: ${found.description}.`, ...failures.map(told)].join(' ')}`,
      };
    } catch (error) {
      signal.throwIfAborted();
      failures.push({ name: candidate, error });
    }
  }
  const [{ error }] = failures;
  if (asked !== 'auto' && error instanceof ProtoNormError) throw error;
  throw new ProtoNormError('backend-unavailable', `No backend works here. ${failures.map(told).join(' ')}`, {
    received: asked,
    expected: candidates,
    cause: error,
  });
}

async function tryBackend(name: BackendName): Promise<Omit<ChosenBackend, 'why'>> {
  using backend = await loadBackend(backendReference(name));
  await probeTraining(backend);
  return { reference: backendReference(exactName(name, backend)), description: backend.description };
}

/** 'wasm' with its build, which decides about the last bits. */
function exactName(name: BackendName, backend: Backend & { readonly build?: unknown }): BackendName {
  if (name !== 'wasm') return name;
  return backend.build === 'relaxed' ? 'wasm-relaxed' : 'wasm-simd';
}

function told({ name, error }: { readonly name: BackendName; readonly error: unknown }): string {
  const message = error instanceof Error ? error.message : String(error);
  return `${name} does not work: ${message.replace(/\.?$/, '.')}`;
}
