import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadStrategy, type ModuleReference } from '@protonorm/simulation';
import type { AnyStrategy } from '@protonorm/strategy';
import { strategyById } from '@protonorm/strategies';

/** A strategy, and how a worker finds it. */
export interface ResolvedStrategy {
  readonly strategy: AnyStrategy;
  readonly reference: ModuleReference;
}

/** Tells the path of a module from an id. */
function isModulePath(idOrPath: string): boolean {
  return idOrPath.includes('/') || /\.[cm]?[jt]s(#|$)/.test(idOrPath);
}

/** The path of a module made absolute, so that a run can be resumed from anywhere; an id as it is. */
export function absoluteStrategy(idOrPath: string, folder = '.'): string {
  return isModulePath(idOrPath) ? resolve(folder, idOrPath) : idOrPath;
}

/**
 * A built-in strategy by its id, or a user's own by the path of its module: `./mine.ts` (its default export) or
 * `./mine.ts#name`.
 *
 * @throws `unknown-strategy`, `invalid-strategy`
 */
export async function resolveStrategy(idOrPath: string): Promise<ResolvedStrategy> {
  if (!isModulePath(idOrPath)) {
    return {
      strategy: strategyById(idOrPath),
      reference: {
        module: import.meta.resolve('@protonorm/strategies'),
        export: 'strategies',
        entry: idOrPath,
      },
    };
  }
  const [path, exported = 'default'] = idOrPath.split('#');
  const reference = { module: pathToFileURL(resolve(path)).href, export: exported };
  return { strategy: await loadStrategy(reference), reference };
}
