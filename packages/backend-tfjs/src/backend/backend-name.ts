import { ProtoNormError } from '@protonorm/tensor';

/** The backends of this package, the fastest first: the order in which 'auto' tries them. */
export const backendNames = ['wasm', 'cpu'] as const;

/** Name of a backend of this package. */
export type BackendName = (typeof backendNames)[number];

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
  const known: readonly (BackendName | More)[] = [...more, ...backendNames];
  const found = known.find((candidate) => candidate === name);
  if (found !== undefined) return found;
  throw new ProtoNormError('unknown-backend', `Unknown backend ${JSON.stringify(name)}.`, {
    received: name,
    expected: known,
    hint: `Known are: ${known.join(', ')}.`,
  });
}
