import type { LocalTraining } from '@protonorm/strategy';
import { planModel } from '@protonorm/tensor';
import type { SimulatedClient } from './client-job.ts';

/**
 * How long a client's job takes, in multiply-adds: the order in which clients begin, nothing else.
 *
 * A step of training goes forward once and back, which costs two more; a batch that is left out costs nothing.
 */
export function jobCost(
  { model, train, test }: SimulatedClient,
  { epochs, batchSize, dropLast }: LocalTraining,
): { readonly training: number; readonly evaluation: number } {
  const { multiplyAdds } = planModel(model);
  const trained = dropLast ? train.length - (train.length % batchSize) : train.length;
  return { training: 3 * epochs * trained * multiplyAdds, evaluation: test.length * multiplyAdds };
}
