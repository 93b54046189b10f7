import type { ArgsDef } from 'citty';
import { ProtoNormError } from '@protonorm/tensor';
import { nearestName } from './nearest-name.ts';

/**
 * Refuses flags that a command does not have: a misspelt `--round` must not be ignored.
 *
 * @throws `invalid-argument` with the nearest flag
 */
export function checkFlags(rawArgs: readonly string[], defined: ArgsDef): void {
  const known = new Set<string>();
  for (const [name, definition] of Object.entries(defined)) {
    if (definition.type === 'positional') continue;
    known.add(name);
    if (definition.type === 'boolean') known.add(`no-${name}`);
    for (const alias of [('alias' in definition && definition.alias) || []].flat())
      known.add(alias as string);
  }
  for (const token of rawArgs) {
    if (token === '--') return;
    const match = /^--?([a-zA-Z][\w-]*)/.exec(token);
    if (match === null || known.has(match[1])) continue;
    const near = nearestName(match[1], [...known]);
    throw new ProtoNormError('invalid-argument', `Unknown flag '${token.split('=')[0]}'.`, {
      received: token,
      expected: [...known],
      hint: near === undefined ? 'See --help.' : `Did you mean --${near}?`,
    });
  }
}
