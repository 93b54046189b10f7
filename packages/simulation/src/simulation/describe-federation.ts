import type { FederationInfo } from '@protonorm/strategy';
import {
  canonicalJson,
  modelKey,
  planModel,
  ProtoNormError,
  type Dataset,
  type ModelSpec,
} from '@protonorm/tensor';
import type { SimulatedClient } from '../executor/client-job.ts';

/** The first numbers of a model. */
export interface InitialModel {
  readonly parameters: Float32Array;
  readonly buffers: Float32Array;
}

/**
 * What all parts of a simulated federation know: sizes, and what its models have in common.
 *
 * @throws `invalid-argument` for no clients or two of one id, `invalid-model` for models that do not fit
 */
export function describeFederation(simulation: {
  readonly dataset: Dataset;
  readonly clients: readonly SimulatedClient[];
  readonly rounds: number;
  readonly initial: (client: { readonly index: number; readonly model: ModelSpec }) => InitialModel;
  readonly helperModel?: ModelSpec;
}): FederationInfo {
  const { dataset, clients, rounds, initial, helperModel } = simulation;
  if (clients.length === 0) {
    throw new ProtoNormError('invalid-argument', 'A simulation needs at least one client.', { received: 0 });
  }
  const [{ id: firstId, model: first }] = clients;
  const ids = new Set<string>();
  for (const { id, model } of clients) {
    if (ids.has(id)) {
      throw new ProtoNormError('invalid-argument', `There are two clients '${id}'.`, {
        received: id,
        hint: 'Give each client an id of its own.',
      });
    }
    ids.add(id);
    checkFit(model, dataset, id);
    if (model.features !== first.features) {
      throw new ProtoNormError(
        'invalid-model',
        `The models '${first.name}' of ${firstId} and '${model.name}' of ${id} have ${first.features} and ${model.features} features.`,
        {
          received: model.features,
          expected: first.features,
          hint: 'Give all models the same feature size.',
        },
      );
    }
  }
  if (helperModel !== undefined) checkFit(helperModel, dataset, 'the helper');
  const common = (model: ModelSpec): Float32Array => initial({ index: -1, model }).parameters;
  const sameModel = clients.every(({ model }) => modelKey(model) === modelKey(first));
  const sameHead = clients.every(({ model }) => canonicalJson(model.head) === canonicalJson(first.head));
  return {
    classes: dataset.classes,
    features: first.features,
    rounds,
    clients: clients.length,
    ...(sameModel && { commonModel: { spec: first, parameters: common(first) } }),
    ...(sameHead && {
      commonHead: { layers: first.head, parameters: common(first).slice(planModel(first).size.encoder) },
    }),
    ...(helperModel && { helperModel: { spec: helperModel, parameters: common(helperModel) } }),
  };
}

function checkFit(model: ModelSpec, dataset: Dataset, owner: string): void {
  planModel(model);
  if (model.input.join() === dataset.shape.join() && model.classes === dataset.classes) return;
  throw new ProtoNormError(
    'invalid-model',
    `The model '${model.name}' of ${owner} takes [${model.input.join(', ')}] and ${model.classes} classes; the data set '${dataset.name}' has [${dataset.shape.join(', ')}] and ${dataset.classes}.`,
    { received: model.input, expected: dataset.shape, hint: 'Choose a model that fits the data.' },
  );
}
