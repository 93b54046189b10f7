import { createFederationClient } from '@protonorm/fl-client';
import { runFederation } from '@protonorm/fl-server';
import { createMemoryStore, createMemoryTransport, type TaskHandler } from '@protonorm/protocol';
import { createCodec, type FederationInfo, type MessageSchema, type TrainingStep } from '@protonorm/strategy';
import {
  createRng,
  planModel,
  ProtoNormError,
  rowVector,
  sliceDataset,
  type Backend,
  type Dataset,
  type Prototypes,
} from '@protonorm/tensor';
import { Differences } from './differences.ts';
import {
  modelOfCase,
  weightsOfCase,
  type GoldenTable,
  type MicroCase,
  type MicroFile,
} from './micro-file.ts';
import { strategyOfCase } from './micro-strategy.ts';

/** What replaying one case of a micro federation gave. */
export interface MicroReplay {
  readonly name: string;
  readonly backend: string;
  readonly reading: string;
  /** Largest difference of each kind of number, see {@link Differences}. */
  readonly differences: Readonly<Record<string, number>>;
  readonly absoluteDifferences: Readonly<Record<string, number>>;
  readonly tolerance: number;
  readonly passed: boolean;
}

/**
 * Replays all cases of a micro federation through the round engine and the client runtime and compares every number.
 *
 * The caller keeps the backend and disposes of it. A number passes when it differs by at most tolerance * max(1, |expected|).
 *
 * @throws `invalid-golden` for a malformed file
 */
export async function replayMicroGolden(
  file: MicroFile,
  options: { readonly name: string; readonly backend: Backend; readonly tolerance: number },
): Promise<MicroReplay[]> {
  const replays: MicroReplay[] = [];
  for (const golden of file.cases) replays.push(await replayCase(file, golden, options));
  return replays;
}

async function replayCase(
  file: MicroFile,
  golden: MicroCase,
  options: { readonly name: string; readonly backend: Backend; readonly tolerance: number },
): Promise<MicroReplay> {
  const { backend, tolerance } = options;
  const args = { ...file.args, ...golden.args };
  const init = weightsOfCase(file, golden, 'init');
  if (init.length !== file.inputs.length) {
    throw new ProtoNormError(
      'invalid-golden',
      `The case '${golden.name}' has weights of ${init.length} clients and data of ${file.inputs.length}.`,
    );
  }
  const spec = modelOfCase(init[0], file.inputs[0].train_x_int[0].length);
  const plan = planModel(spec);
  const { strategy, hyper, reading } = strategyOfCase(golden, file.args);
  const rounds = golden.rounds.filter(({ losses }) => losses !== undefined).length;
  const federation: FederationInfo = {
    classes: spec.classes,
    features: spec.features,
    rounds,
    clients: file.inputs.length,
  };
  const steps: TrainingStep[] = [];
  const uploads: Prototypes[][] = Array.from({ length: rounds }, () => []);
  const differences = new Differences(tolerance);

  const learners = await Promise.all(
    init.map((weights) =>
      backend.createLearner(spec, { parameters: flatParameters(plan.parameters, weights) }),
    ),
  );
  const up = createCodec(strategy.up as MessageSchema, { axes: { d: spec.features }, what: 'up' });
  const handlers = new Map<string, TaskHandler>();
  file.inputs.forEach((inputs, i) => {
    const id = clientId(i);
    const client = createFederationClient({
      id,
      strategy,
      hyper,
      federation,
      learner: learners[i],
      createLearner: (model, initial) => backend.createLearner(model, initial),
      train: wholeSlice(spec.classes, inputs.train_x_int, inputs.train_y),
      test: wholeSlice(spec.classes, inputs.test_x_int, inputs.test_y),
      local: {
        epochs: args.local_epochs ?? 1,
        batchSize: args.batch_size ?? 16,
        dropLast: true,
        shuffle: false,
        optimiser: { kind: 'sgd', learningRate: args.lr ?? 0.01 },
      },
      rng: createRng(0),
      onStep: (step) => steps.push(step),
    });
    handlers.set(id, async (task, taskOptions) => {
      const reply = await client.handle(task, taskOptions);
      const message = reply.up === null ? undefined : up.decode(reply.up);
      if (message?.prototypes !== undefined) uploads[task.round][i] = message.prototypes as Prototypes;
      return reply;
    });
  });

  try {
    for await (const event of runFederation({
      strategy,
      hyper,
      federation,
      transport: createMemoryTransport(handlers),
      store: createMemoryStore(),
      rng: createRng(0),
      createLearner: (model, initial) => backend.createLearner(model, initial),
      clientErrors: 'fail',
    })) {
      if (event.type === 'evaluated') {
        const expected = golden.rounds[event.round]?.correct_before;
        expected?.forEach((correct, i) =>
          differences.addCount('correct answers', event.perClient[clientId(i)].correct, correct),
        );
      }
      if (event.type !== 'round-finished') continue;
      const expected = golden.rounds[event.round];
      expected.losses?.forEach(({ ce, mse }, i) => {
        const own = steps.filter((step) => step.round === event.round && step.clientId === clientId(i));
        compareLosses(differences, own, { ce, mse });
      });
      expected.local_protos?.forEach((table, i) =>
        compareTable(differences, 'local prototypes', uploads[event.round][i], table),
      );
      const { aggregated, prototypes } = event.prototypes;
      if (expected.aggregated)
        compareTable(differences, 'aggregated prototypes', aggregated, expected.aggregated);
      if (expected.global_protos)
        compareTable(differences, 'aligned prototypes', prototypes, expected.global_protos);
    }
    for (const [i, final] of weightsOfCase(file, golden, 'final').entries()) {
      differences.addArray(
        'final weights',
        await learners[i].read('all'),
        flatParameters(plan.parameters, final),
      );
    }
  } finally {
    for (const learner of learners) learner[Symbol.dispose]();
  }
  return {
    name: golden.name,
    backend: options.name,
    reading,
    differences: differences.largest,
    absoluteDifferences: differences.absolute,
    tolerance,
    passed: differences.passed,
  };
}

function compareLosses(
  differences: Differences,
  steps: readonly TrainingStep[],
  expected: { readonly ce: readonly number[]; readonly mse: readonly number[] },
): void {
  const valuesOf = (kind: string): number[] =>
    steps.flatMap(({ terms, values }) => values.filter((_, i) => terms[i].kind === kind)).map(Math.fround);
  differences.addArray('losses', valuesOf('crossEntropy'), expected.ce);
  differences.addArray('losses', valuesOf('pull'), expected.mse);
}

function compareTable(
  differences: Differences,
  what: string,
  table: Prototypes | undefined,
  expected: GoldenTable,
): void {
  const labels = Object.keys(expected)
    .map(Number)
    .sort((a, b) => a - b);
  const received = table === undefined ? [] : [...table.classes];
  if (received.join() !== labels.join()) {
    differences.fail(what);
    return;
  }
  labels.forEach((label, row) => differences.addArray(what, rowVector(table!, row), expected[label]));
}

function flatParameters(
  parameters: readonly { readonly name: string; readonly size: number; readonly offset: number }[],
  values: Readonly<Record<string, readonly number[]>>,
): Float32Array {
  const flat = new Float32Array(parameters.reduce((sum, { size }) => sum + size, 0));
  for (const { name, size, offset } of parameters) {
    if (values[name]?.length !== size) {
      throw new ProtoNormError(
        'invalid-golden',
        `'${name}' has ${values[name]?.length ?? 'no'} numbers instead of ${size}.`,
        { received: values[name]?.length },
      );
    }
    flat.set(values[name], offset);
  }
  return flat;
}

/** x = (integer / 16 - 0.5) / 0.5, as the files say. */
function wholeSlice(classes: number, integers: readonly (readonly number[])[], labels: readonly number[]) {
  const dataset: Dataset = {
    name: 'micro',
    shape: [integers[0]?.length ?? 1],
    classes,
    length: labels.length,
    inputs: Uint8Array.from(integers.flat()),
    labels: Int32Array.from(labels),
    normalise: { divisor: 16, mean: 0.5, std: 0.5 },
    source: 'golden file',
    licence: 'golden file',
  };
  return sliceDataset(dataset, Int32Array.from(labels.keys()));
}

function clientId(index: number): string {
  return `client-${String(index).padStart(4, '0')}`;
}
