import type { LayerSpec } from '@protonorm/tensor';

/** Layers that give no number beyond those they get. */
const KEEP_RANGE: ReadonlySet<LayerSpec['kind']> = new Set([
  'flatten',
  'globalAveragePool2d',
  'adaptiveAveragePool1d',
  'maxPool2d',
]);

/**
 * The largest value that the features of an encoder can have: 6 behind a ReLU6, 1 behind a sigmoid or tanh, averaged or not;
 * Infinity where no bound is seen.
 */
export function largestFeature(encoder: readonly LayerSpec[]): number {
  const last = encoder.findLast(({ kind }) => !KEEP_RANGE.has(kind));
  if (last?.kind !== 'activation') return Infinity;
  if (last.function === 'relu6') return 6;
  return last.function === 'sigmoid' || last.function === 'tanh' ? 1 : Infinity;
}
