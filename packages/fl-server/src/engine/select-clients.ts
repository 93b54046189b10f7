import type { Rng } from '@protonorm/tensor';

/**
 * The clients that train in a round: max(1, round(participation * N)) of them, drawn without replacement, sorted.
 *
 * Source: HtFLlib `select_clients` (which draws a permutation, so that participation 1 also means all).
 *
 * @param options - `participation`: share of the clients, in (0, 1]; `rng`: the stream of this round
 * @example
 * ```ts
 * import { selectClients } from '@protonorm/fl-server';
 * import { createRng } from '@protonorm/tensor';
 * selectClients(['a', 'b', 'c', 'd'], { participation: 0.5, rng: createRng(1) }).length; // => 2
 * ```
 */
export function selectClients(
  clients: readonly string[],
  options: { readonly participation: number; readonly rng: Rng },
): readonly string[] {
  const count = Math.max(1, Math.round(options.participation * clients.length));
  if (count >= clients.length) return [...clients];
  return options.rng
    .shuffle([...clients])
    .slice(0, count)
    .sort();
}
