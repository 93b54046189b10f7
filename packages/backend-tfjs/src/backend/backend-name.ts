import { ProtoNormError } from '@protonorm/tensor';

/** The backends of this package that need nothing more, the fastest first: the order in which 'auto' tries them. */
export const backendNames = ['wasm', 'cpu'] as const;

/**
 * Name of a backend of this package. 'auto' never chooses 'webgpu': it needs further packages, a step of a small net is
 * over before a GPU has answered, and the last bits of its sums differ from machine to machine.
 */
export type BackendName = (typeof backendNames)[number] | 'webgpu';

/**
 * Checks a name.
 *
 * @param more - other names that are accepted in this place
 * @throws `unknown-backend`
 */
export function checkBackendName<More extends string = never>(
  name: string,
  more: readonly More[] = [],
): BackendName | More {
  const known: readonly (BackendName | More)[] = [...more, ...backendNames, 'webgpu'];
  const found = known.find((candidate) => candidate === name);
  if (found !== undefined) return found;
  throw new ProtoNormError('unknown-backend', `Unknown backend ${JSON.stringify(name)}.`, {
    received: name,
    expected: known,
    hint: `Known are: ${known.join(', ')}.`,
  });
}
