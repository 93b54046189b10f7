import {
  trainStep,
  type Batch,
  type LossTerm,
  type TrainStepOptions,
  type TrainStepReport,
} from '@protonorm/tensor';
import type { HyperSchema } from '../hyper/hyperparameter.ts';
import type { MessageSchema } from '../schema/field.ts';
import type { ClientRoundContext } from '../strategy/strategy.ts';

/** What {@link trainLocally} does beside the frame of the round. */
export interface TrainLocallyOptions {
  /** The loss: the same terms for all batches, or made for each. A batch's inputs are overwritten by the next one. */
  readonly terms: readonly LossTerm[] | ((batch: Batch) => readonly LossTerm[]);
  /** Sees each batch as it was before its step: features in training mode. Its inputs are overwritten by the next one. */
  readonly onBatch?: (report: TrainStepReport, batch: Batch) => void;
  readonly clipNorm?: TrainStepOptions['clipNorm'];
  readonly proximal?: TrainStepOptions['proximal'];
  readonly part?: TrainStepOptions['part'];
}

/** What a client's training did in a round. */
export interface LocalTrainingReport {
  readonly steps: number;
  readonly samples: number;
  /** Mean loss over the steps; NaN is never given: 0 without steps. */
  readonly meanLoss: number;
}

/**
 * Trains a client's model for the epochs of the round.
 *
 * @throws `diverged` when a loss is not finite, and the reason of the context's signal
 */
export async function trainLocally<H extends HyperSchema, D extends MessageSchema, CS>(
  context: ClientRoundContext<H, D, CS>,
  options: TrainLocallyOptions,
): Promise<LocalTrainingReport> {
  const { learner, data, local, rng, signal, clientId, round } = context;
  const { terms, onBatch, ...step } = options;
  let steps = 0;
  let samples = 0;
  let loss = 0;
  for (let epoch = 0; epoch < local.epochs; epoch++) {
    const order = local.shuffle ? { shuffle: rng.split('shuffle', epoch) } : {};
    const { batchSize, dropLast } = local;
    for (const batch of data.batches({ batchSize, dropLast, ...order, reuse: true })) {
      signal.throwIfAborted();
      // One sample has no batch statistics (PyTorch refuses it too): a last batch of one is left out with batch norm.
      if (batch.size === 1 && learner.plan.size.buffers > 0) continue;
      const batchTerms = typeof terms === 'function' ? terms(batch) : terms;
      const report = await trainStep(learner, batch, {
        ...step,
        terms: batchTerms,
        optimiser: local.optimiser,
        rng: rng.split('dropout', epoch, steps),
      });
      onBatch?.(report, batch);
      context.onStep?.({ ...report, clientId, round, terms: batchTerms });
      steps++;
      samples += batch.size;
      loss += report.loss;
    }
  }
  return { steps, samples, meanLoss: steps === 0 ? 0 : loss / steps };
}
