import type { FederationInfo, LocalTraining } from '@protonorm/strategy';
import { ProtoNormError, sampleSize, type DataSlice, type ModelSpec } from '@protonorm/tensor';

/** @throws `invalid-model` when a model does not fit the federation, or the samples do not fit the model */
export function checkClientModel(
  id: string,
  spec: ModelSpec,
  options: {
    readonly federation: FederationInfo;
    readonly train: DataSlice;
    readonly test: DataSlice;
  },
): void {
  const { federation, train, test } = options;
  if (spec.features !== federation.features || spec.classes !== federation.classes) {
    throw new ProtoNormError(
      'invalid-model',
      `The model '${spec.name}' of ${id} has ${spec.features} features and ${spec.classes} classes; the federation has ${federation.features} and ${federation.classes}.`,
      {
        received: [spec.features, spec.classes],
        expected: [federation.features, federation.classes],
        hint: 'Give all models of a federation the same feature size and classes.',
      },
    );
  }
  for (const { dataset, length } of [train, test]) {
    if (length === 0) continue;
    if (sampleSize(dataset) !== sampleSize({ shape: spec.input }) || dataset.classes !== spec.classes) {
      throw new ProtoNormError(
        'invalid-model',
        `The model '${spec.name}' of ${id} takes [${spec.input.join(', ')}] and ${spec.classes} classes; its data '${dataset.name}' have [${dataset.shape.join(', ')}] and ${dataset.classes}.`,
        { received: dataset.shape, expected: spec.input, hint: 'Choose a model that fits the data.' },
      );
    }
  }
}

/** @throws `invalid-argument` for epochs or a batch size that are no integers >= 1 */
export function checkLocalTraining(local: LocalTraining): void {
  for (const name of ['epochs', 'batchSize'] as const) {
    if (Number.isInteger(local[name]) && local[name] >= 1) continue;
    throw new ProtoNormError(
      'invalid-argument',
      `local.${name} must be an integer >= 1, received ${local[name]}.`,
      { received: local[name] },
    );
  }
}
