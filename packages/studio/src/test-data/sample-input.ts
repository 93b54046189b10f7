import { summarise, type EvaluationCounts, type RoundRecord, type RunHistory } from '@protonorm/protocol';
import { createRng, type Prototypes, type Rng } from '@protonorm/tensor';
import type { PrototypeRound, ReportInput, ReportRun } from '../report/report-input.ts';

export interface SampleOptions {
  readonly clients?: number;
  readonly rounds?: number;
  readonly classes?: number;
  readonly dim?: number;
}

/** What a strategy of the sample is like. */
interface Character {
  readonly label: string;
  readonly strategy: string;
  /** Accuracy it tends to, and the rounds until it is near. */
  readonly level: number;
  readonly slowness: number;
  readonly unsteady: number;
  readonly logitsLevel: number;
  readonly bytesUp: number;
  readonly bytesDown: number;
  readonly prototypes: 'none' | 'plain' | 'aligned';
}

// prettier-ignore
const CHARACTERS: readonly Character[] = [
  { label: 'Local', strategy: 'local@1', level: 0.971, slowness: 3, unsteady: 0.002, logitsLevel: 0.971, bytesUp: 0, bytesDown: 0, prototypes: 'none' },
  { label: 'FedAvg', strategy: 'fedavg@1', level: 0.868, slowness: 9, unsteady: 0.02, logitsLevel: 0.868, bytesUp: 153_640, bytesDown: 153_640, prototypes: 'none' },
  { label: 'FedProto', strategy: 'fedproto@1', level: 0.957, slowness: 3, unsteady: 0.004, logitsLevel: 0.966, bytesUp: 7_509, bytesDown: 20_480, prototypes: 'plain' },
  { label: 'ProtoNorm as released', strategy: 'protonorm-reference@1', level: 0.891, slowness: 6, unsteady: 0.006, logitsLevel: 0.965, bytesUp: 7_509, bytesDown: 20_480, prototypes: 'aligned' },
  { label: 'ProtoNorm', strategy: 'protonorm@1', level: 0.966, slowness: 3.5, unsteady: 0.003, logitsLevel: 0.969, bytesUp: 7_509, bytesDown: 20_480, prototypes: 'aligned' },
];

const MODELS = [
  { model: 'mlp-64', parameters: 38_410 },
  { model: 'cnn-8x8', parameters: 61_066 },
  { model: 'resnet4', parameters: 77_898 },
  { model: 'mlp-128', parameters: 83_850 },
];

/** A comparison of five strategies that looks like one on digits; made up, the same every time. */
export function sampleInput({
  clients: count = 10,
  rounds = 40,
  classes = 10,
  dim = 512,
}: SampleOptions = {}): ReportInput {
  const rng = createRng('sample report');
  const clients = Array.from({ length: count }, (_, i) => ({
    id: `client-${i}`,
    ...MODELS[i % MODELS.length],
  }));
  const classCounts = clients.map(({ id }) => clientCounts(rng.split('partition', id), classes));
  const trainSizes = classCounts.map((counts) => counts.reduce((sum, n) => sum + n, 0));
  const testSizes = trainSizes.map((size) => Math.max(1, Math.round(size / 3)));
  const runs = CHARACTERS.map((character) =>
    sampleRun(character, {
      rng: rng.split(character.label),
      ids: clients.map(({ id }) => id),
      testSizes,
      rounds,
      classes,
      dim,
    }),
  );
  return {
    title: 'Digits, 10 clients, Dirichlet 0.1',
    command:
      'npx protonorm compare --recipe digits --strategies local,fedavg,fedproto,protonorm-reference,protonorm --seed 7',
    dataset: {
      name: 'digits',
      classNames: Array.from({ length: classes }, (_, i) => (i < 10 ? NUMBERS[i] : `class ${i}`)),
      samples: 1797,
      source: 'UCI Optical Recognition of Handwritten Digits',
      licence: 'CC BY 4.0',
    },
    partition: { kind: 'dirichlet(0.1)', classCounts, trainSizes, testSizes, majorityBaseline: 0.739 },
    clients,
    runs,
    environment: {
      protonorm: '0.1.0',
      node: 'v24.21.0',
      backend: 'wasm (simd, 1 thread)',
      system: 'linux x64, 2 cores',
    },
    notes: ['The initial weights are the same for every strategy.'],
  };
}

const NUMBERS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];

function clientCounts(rng: Rng, classes: number): number[] {
  return Array.from({ length: classes }, () => Math.floor(60 * Math.max(0, rng.normal() - 0.35) ** 2));
}

interface RunSetting {
  readonly rng: Rng;
  readonly ids: readonly string[];
  readonly testSizes: readonly number[];
  readonly rounds: number;
  readonly classes: number;
  readonly dim: number;
}

function sampleRun(character: Character, setting: RunSetting): ReportRun {
  const history = sampleHistory(character, setting);
  return {
    label: character.label,
    strategy: character.strategy,
    manifest: {
      format: 'protonorm-run-1',
      strategy: character.strategy,
      seed: 7,
      hyper: { lambda: 10, scale: 80, pa: true, pu: true },
      partition: { kind: 'dirichlet', alpha: 0.1, sha256: '4f1d0c0be3' },
      trainIndices: Array.from({ length: 200 }, (_, i) => i * 3),
    },
    history,
    summary: summarise(history),
    prototypes: character.prototypes === 'none' ? [] : samplePrototypes(character, setting),
    status: 'finished',
    seconds: 11 + 20 * setting.rng.split('seconds').uniform(),
  };
}

function sampleHistory(character: Character, { rng, ids, testSizes, rounds }: RunSetting): RunHistory {
  const talents = ids.map((id) => 0.06 * (rng.split('talent', id).uniform() - 0.5));
  const evaluations = Array.from({ length: rounds + 1 }, (_, round) => {
    const noise = rng.split('round', round);
    const share = (level: number): number =>
      level * (1 - Math.exp(-(round + 0.3) / character.slowness)) + character.unsteady * noise.normal();
    const cannotYet = round === 0 && character.prototypes !== 'none';
    const [rule, logits] = [cannotYet ? 0 : share(character.level), share(character.logitsLevel)];
    const perClient: Record<string, EvaluationCounts> = {};
    ids.forEach((id, i) => {
      const samples = testSizes[i];
      const correct = (level: number): number =>
        Math.round(
          samples * Math.min(1, Math.max(0, level + (level > 0 ? talents[i] + 0.015 * noise.normal() : 0))),
        );
      perClient[id] = { samples, correct: correct(rule), correctByLogits: correct(logits) };
    });
    const sum = (key: keyof EvaluationCounts): number =>
      Object.values(perClient).reduce((all, counts) => all + counts[key], 0);
    return {
      round,
      accuracy: sum('correct') / sum('samples'),
      accuracyByLogits: sum('correctByLogits') / sum('samples'),
      perClient,
    };
  });
  const records = Array.from({ length: rounds }, (_, round): RoundRecord => {
    const failing = character.label === 'FedProto' && round === 17 ? ids.slice(3, 4) : [];
    const contributed = character.bytesUp === 0 ? [] : ids.filter((id) => !failing.includes(id));
    return {
      round,
      selected: ids,
      contributed,
      failed: Object.fromEntries(failing.map((id) => [id, 'timeout'])),
      bytesDown: round === 0 ? 0 : character.bytesDown * ids.length,
      bytesUp: character.bytesUp * contributed.length,
      metrics: { loss: 2.3 * Math.exp(-round / 8) + 0.02 * rng.split('loss', round).uniform() },
      serverMetrics:
        character.prototypes === 'aligned'
          ? { alignmentPasses: 29 + rng.split('passes', round).integer(150) }
          : {},
    };
  });
  return { evaluations, rounds: records };
}

/** Prototypes of features behind a ReLU: bunched around one positive direction, apart a little more in each round. */
function samplePrototypes(
  character: Character,
  { rng, rounds, classes, dim }: RunSetting,
): readonly PrototypeRound[] {
  const common = Float64Array.from({ length: dim }, () => Math.abs(rng.normal()));
  const own = Array.from({ length: classes }, (_, c) => {
    const stream = rng.split('class', c);
    return Float64Array.from({ length: dim }, () => stream.normal());
  });
  return Array.from({ length: rounds }, (_, round): PrototypeRound => {
    const noise = rng.split('prototypes', round);
    const apart = 0.35 + 1.1 * (1 - Math.exp(-round / 10));
    const rows = own.map((direction) =>
      Float64Array.from(direction, (x, k) =>
        Math.max(0, common[k] + apart * x + (0.4 / (1 + round)) * noise.normal()),
      ),
    );
    const aggregated = table(rows, dim);
    if (character.prototypes === 'plain') return { round: round + 1, tables: { prototypes: aggregated } };
    return { round: round + 1, tables: { prototypes: table(spread(rows), dim), aggregated } };
  });
}

/** Centred and at length 1: near to a regular simplex. */
function spread(rows: readonly Float64Array[]): Float64Array[] {
  const mean = rows[0].map((_, k) => {
    let sum = 0;
    for (const row of rows) sum += row[k];
    return sum / rows.length;
  });
  return rows.map((row) => {
    const centred = row.map((x, k) => x - mean[k]);
    const norm = Math.sqrt(centred.reduce((sum, x) => sum + x * x, 0));
    return centred.map((x) => x / norm);
  });
}

function table(rows: readonly Float64Array[], dim: number): Prototypes {
  const vectors = new Float32Array(rows.length * dim);
  rows.forEach((row, i) => vectors.set(row, i * dim));
  return {
    dim,
    classes: Int32Array.from(rows, (_, i) => i),
    counts: new Float64Array(rows.length).fill(100),
    vectors,
  };
}
