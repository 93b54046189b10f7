import type { Partition } from '@protonorm/datasets';
import { createRng } from '@protonorm/tensor';

/**
 * Takes a share of each client's training samples as its test samples; the test samples themselves stay unused.
 *
 * For choices (a method, a scale, a number of rounds) that must not be made on the samples that are reported.
 *
 * @param share - in (0, 1); each client keeps at least one training sample
 */
export function holdOut(
  splits: Partition,
  options: { readonly share: number; readonly seed: number },
): Partition {
  const { share, seed } = options;
  const cut = splits.train.map((indices, client) => {
    const order = Int32Array.from(indices, (_, i) => i);
    createRng(seed).split('validation', client).shuffle(order);
    const held = Math.min(Math.round(share * indices.length), Math.max(indices.length - 1, 0));
    const isHeld = new Set(order.subarray(0, held));
    return {
      train: indices.filter((_, i) => !isHeld.has(i)),
      test: indices.filter((_, i) => isHeld.has(i)),
    };
  });
  return { ...splits, train: cut.map(({ train }) => train), test: cut.map(({ test }) => test) };
}
