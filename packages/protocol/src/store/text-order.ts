/**
 * The order of texts that every store keeps, whatever the collation of its database: by UTF-16 code units, as `sort` has it.
 *
 * @example
 * ```ts
 * import { compareTexts } from '@protonorm/protocol/store-kit';
 * ['b', 'a', 'B'].sort(compareTexts); // => ['B', 'a', 'b']
 * ```
 */
export function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
