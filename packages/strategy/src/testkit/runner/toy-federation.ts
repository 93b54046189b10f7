import {
  createRng,
  planModel,
  sliceDataset,
  type Dataset,
  type DataSlice,
  type LayerSpec,
  type ModelPlan,
  type ModelSpec,
  type Rng,
} from '@protonorm/tensor';
import type { AnyStrategy, FederationInfo, LocalTraining } from '../../strategy/strategy.ts';
import type { PlainClient } from './plain-federation.ts';

export const CLASSES = 4;
const FEATURES = 6;
export const ROUNDS = 6;
const INPUTS = 5;
const TRAIN_PER_CLASS = 12;
const TEST_PER_CLASS = 8;

/** Two classes for each client; class 3 is held by 'c' and 'd'. */
const CLASSES_OF: Readonly<Record<string, readonly number[]>> = {
  a: [0, 1],
  b: [1, 2],
  c: [2, 3],
  d: [3, 0],
  e: [0, 2],
};
export const HOLDERS_OF_CLASS_3: readonly string[] = ['c', 'd'];

/** A small federation on data from a random stream. */
export interface ToyFederation {
  readonly federation: FederationInfo;
  readonly clients: readonly (PlainClient & { readonly train: DataSlice })[];
  readonly local: LocalTraining;
  /** Training samples for a client that has none. */
  readonly nothing: DataSlice;
}

/**
 * Five clients with two of four classes each, Gaussian clouds in five dimensions, features of size 6.
 *
 * Models differ from client to client (plain; batch normalisation and dropout) unless the strategy needs the same, and so
 * do heads where it says that they may.
 *
 * @param capabilities - of the strategy
 * @param options - `relabel`: the new name of each class, applied to the labels and to the last layer of every head
 */
export function toyFederation(
  capabilities: AnyStrategy['capabilities'],
  options: { readonly relabel?: readonly number[] } = {},
): ToyFederation {
  const { relabel = [0, 1, 2, 3] } = options;
  const { sameModel = false, headsMayDiffer = false } = capabilities;
  const rng = createRng('toy federation');
  const dataset = clouds(rng.split('data'), relabel);
  const draw = (spec: ModelSpec, label: string): Float32Array =>
    initialParameters(planModel(spec), { rng: rng.split('model', label), relabel });

  const specs = sameModel ? [plainModel] : [plainModel, headsMayDiffer ? normalisedDeep : normalised];
  const clients = Object.entries(CLASSES_OF).map(([id, labels], i) => {
    const spec = specs[i % specs.length];
    const rows = labels.map((label) => rowsOf(i, label));
    return {
      id,
      spec,
      parameters: draw(spec, sameModel ? 'common' : id),
      train: sliceDataset(dataset, Int32Array.from(rows.flatMap((own) => own.slice(0, TRAIN_PER_CLASS)))),
      test: sliceDataset(dataset, Int32Array.from(rows.flatMap((own) => own.slice(TRAIN_PER_CLASS)))),
    };
  });
  const { spec, parameters } = clients[0];
  return {
    federation: {
      classes: CLASSES,
      features: FEATURES,
      rounds: ROUNDS,
      clients: clients.length,
      ...(sameModel && { commonModel: { spec, parameters } }),
      ...(!headsMayDiffer && {
        commonHead: { layers: spec.head, parameters: parameters.slice(planModel(spec).size.encoder) },
      }),
      helperModel: { spec: helper, parameters: draw(helper, 'helper') },
    },
    clients,
    local: {
      epochs: 2,
      batchSize: 6,
      dropLast: false,
      shuffle: true,
      optimiser: { kind: 'sgd', learningRate: 0.05 },
    },
    nothing: sliceDataset(dataset, new Int32Array(0)),
  };
}

const dense = (name: string, inputs: number, outputs: number): LayerSpec => ({
  kind: 'dense',
  name,
  inputs,
  outputs,
});
const relu: LayerSpec = { kind: 'activation', function: 'relu' };
const shape = { input: [INPUTS], features: FEATURES, classes: CLASSES };
const head = [dense('head', FEATURES, CLASSES)];

const plainModel: ModelSpec = {
  ...shape,
  name: 'plain',
  encoder: [dense('base.fc1', INPUTS, 10), relu, dense('base.fc2', 10, FEATURES)],
  head,
};
const normalised: ModelSpec = {
  ...shape,
  name: 'normalised',
  encoder: [
    dense('base.fc1', INPUTS, 8),
    { kind: 'batchNorm', name: 'base.bn', channels: 8 },
    relu,
    { kind: 'dropout', rate: 0.1 },
    dense('base.fc2', 8, FEATURES),
    relu,
  ],
  head,
};
const normalisedDeep: ModelSpec = {
  ...normalised,
  name: 'normalised, deep head',
  head: [dense('head.0', FEATURES, 7), relu, dense('head.1', 7, CLASSES)],
};
const helper: ModelSpec = {
  ...plainModel,
  name: 'helper',
  features: 3,
  encoder: [dense('base', INPUTS, 3), relu],
  head: [dense('head', 3, CLASSES)],
};

/** Row numbers of a client's samples of a class: every client has its own. */
function rowsOf(client: number, label: number): number[] {
  const perClass = TRAIN_PER_CLASS + TEST_PER_CLASS;
  return Array.from({ length: perClass }, (_, i) => (client * CLASSES + label) * perClass + i);
}

function clouds(rng: Rng, relabel: readonly number[]): Dataset {
  const centres = Array.from({ length: CLASSES }, () =>
    Array.from({ length: INPUTS }, () => 2 * rng.normal()),
  );
  const length = Object.keys(CLASSES_OF).length * CLASSES * (TRAIN_PER_CLASS + TEST_PER_CLASS);
  const labels = Int32Array.from(
    { length },
    (_, i) => Math.floor(i / (TRAIN_PER_CLASS + TEST_PER_CLASS)) % CLASSES,
  );
  const inputs = Float32Array.from(
    { length: length * INPUTS },
    (_, i) => centres[labels[Math.floor(i / INPUTS)]][i % INPUTS] + 0.7 * rng.normal(),
  );
  return {
    name: 'clouds',
    shape: [INPUTS],
    classes: CLASSES,
    length,
    inputs,
    labels: labels.map((label) => relabel[label]),
    source: 'drawn from a random stream',
    licence: 'Apache-2.0',
  };
}

/** U(-b, b) with b = 1 / sqrt(inputs), batch normalisation 1 and 0; rows of the last layer in the order of the new labels. */
function initialParameters(
  plan: ModelPlan,
  { rng, relabel }: { readonly rng: Rng; readonly relabel: readonly number[] },
): Float32Array {
  const parameters = new Float32Array(plan.size.all);
  for (const { layer, role, offset, size } of plan.parameters) {
    const bound = layer.kind === 'dense' ? 1 / Math.sqrt(layer.inputs) : 0;
    const values = Float32Array.from({ length: size }, () =>
      layer.kind === 'batchNorm' ? Number(role === 'weight') : bound * (2 * rng.uniform() - 1),
    );
    const last = plan.spec.head.at(-1) === layer;
    const width = last ? size / plan.spec.classes : size;
    for (let row = 0; row * width < size; row++) {
      parameters.set(
        values.subarray(row * width, (row + 1) * width),
        offset + (last ? relabel[row] : row) * width,
      );
    }
  }
  return parameters;
}
