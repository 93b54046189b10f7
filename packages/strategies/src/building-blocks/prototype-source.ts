import { classMeans } from '@protonorm/prototype-math';
import {
  choice,
  trainLocally,
  type ClientRoundContext,
  type HyperSchema,
  type LocalTrainingReport,
  type MessageSchema,
  type TrainLocallyOptions,
} from '@protonorm/strategy';
import type { Prototypes } from '@protonorm/tensor';

/** Which features a client's prototypes are the means of. */
export type PrototypeSource = 'during-training' | 'after-training' | 'before-training';

/** The hyperparameter by which a strategy lets its users choose the source. */
export function prototypeSourceHyper<const T extends PrototypeSource>(defaultValue: T) {
  return choice<PrototypeSource>(defaultValue, ['during-training', 'after-training', 'before-training'], {
    description:
      'Features that the prototypes are means of: seen during training (FedProto), of the trained model in a pass of its own, or of the model before this round (one round old: ProtoNorm and FedTGP as released).',
  });
}

/**
 * Trains a client for a round and gathers its prototypes from the chosen source.
 *
 * 'during-training': features in training mode, each batch before its step. The other two: a pass of its own in evaluation
 * mode over the training samples (`dropLast` holds there too, as in the reference).
 *
 * @returns prototypes of the classes seen, undefined when there was no sample
 */
export async function trainAndCollect<H extends HyperSchema, D extends MessageSchema, CS>(
  context: ClientRoundContext<H, D, CS>,
  options: Pick<TrainLocallyOptions, 'terms' | 'onBatch'> & {
    readonly source: PrototypeSource;
    /** Sees the features of the trained model in evaluation mode, batch by batch. */
    readonly onTrainedFeatures?: (features: Float32Array, labels: Int32Array) => void;
  },
): Promise<{ readonly prototypes: Prototypes | undefined; readonly training: LocalTrainingReport }> {
  const { terms, source, onBatch, onTrainedFeatures } = options;
  const means = classMeans(context.federation.features);
  const addToMeans = (features: Float32Array, labels: Int32Array): void => means.add(features, labels);
  if (source === 'before-training') await passOver(context, [addToMeans]);
  const training = await trainLocally(context, {
    terms,
    onBatch(report, batch) {
      if (source === 'during-training') means.add(report.features, batch.labels);
      onBatch?.(report, batch);
    },
  });
  const afterwards = [
    ...(source === 'after-training' ? [addToMeans] : []),
    ...(onTrainedFeatures ? [onTrainedFeatures] : []),
  ];
  if (afterwards.length > 0) await passOver(context, afterwards);
  const prototypes = means.prototypes();
  return { prototypes: prototypes.classes.length === 0 ? undefined : prototypes, training };
}

async function passOver<H extends HyperSchema, D extends MessageSchema, CS>(
  { learner, data, local, signal }: ClientRoundContext<H, D, CS>,
  observers: readonly ((features: Float32Array, labels: Int32Array) => void)[],
): Promise<void> {
  const { batchSize, dropLast } = local;
  for (const batch of data.batches({ batchSize, dropLast, reuse: true })) {
    signal.throwIfAborted();
    using pass = await learner.forward(batch.inputs, { mode: 'eval' });
    for (const observe of observers) observe(pass.features, batch.labels);
  }
}
