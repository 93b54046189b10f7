import { createRng, type Rng } from '@protonorm/tensor';

import { exponential, logStandardGamma, polarSource, type NumberSource } from '../random/gamma.ts';
import { cutByShares, drawUntilLargeEnough, joinParts, rowsByClass, type Draw } from './draw.ts';
import { checkAlpha, type DrawSettings } from './partition-options.ts';

/** Dirichlet label skew: see {@link DirichletPartitionOptions}. */
export function drawDirichlet(labels: ArrayLike<number>, alpha: number, settings: DrawSettings): Draw {
  checkAlpha(alpha);
  const { clients, classes, seed } = settings;
  const rng = createRng(seed).split('partition', 'dirichlet');
  const ofClass = rowsByClass(labels, classes);
  ofClass.forEach((rows, label) => rng.split('class', label).shuffle(rows));
  return drawUntilLargeEnough((tries) => {
    const source = sourceOf(rng.split('try', tries));
    const sizes = new Int32Array(clients);
    const parts = ofClass.map((rows) => {
      const open = Array.from(sizes, (size) => size < labels.length / clients);
      const part = cutByShares(rows, dirichletShares(source, alpha, open));
      part.forEach((own, client) => (sizes[client] += own.length));
      return part;
    });
    return joinParts(parts, clients);
  }, settings);
}

/** Quantity skew: see {@link QuantitySkewPartitionOptions}. */
export function drawQuantitySkew(labels: ArrayLike<number>, alpha: number, settings: DrawSettings): Draw {
  checkAlpha(alpha);
  const rng = createRng(settings.seed).split('partition', 'quantity-skew');
  const rows = rng.split('order').shuffle(Int32Array.from({ length: labels.length }, (_, i) => i));
  const open = Array.from({ length: settings.clients }, () => true);
  return drawUntilLargeEnough(
    (tries) => cutByShares(rows, dirichletShares(sourceOf(rng.split('try', tries)), alpha, open)),
    settings,
  );
}

/**
 * Symmetric Dirichlet shares of the open clients, 0 for the others; sums to 1 for any alpha > 0.
 *
 * Computed from logarithms, because gamma numbers of small shape underflow: at alpha 0.001 half of them are 0.
 */
export function dirichletShares(source: NumberSource, alpha: number, open: readonly boolean[]): Float64Array {
  const logs = Float64Array.from(open, (isOpen) => {
    const value = logStandardGamma(source, alpha); // drawn also for closed clients: the stream does not depend on sizes
    return isOpen ? value : -Infinity;
  });
  let largest = logs.reduce((a, b) => Math.max(a, b), -Infinity);
  if (largest === -Infinity) {
    logs.fill(0); // all clients are full: only classes without samples are left
    largest = 0;
  }
  const shares = logs.map((value) => exponential(value - largest));
  let sum = 0;
  for (const share of shares) sum += share;
  return shares.map((share) => share / sum);
}

function sourceOf(rng: Rng): NumberSource {
  return polarSource(() => rng.uniform());
}
