import { classMeans, normalise } from '@protonorm/prototype-math';
import type { AnyStrategy } from '@protonorm/strategy';
import { runPlainFederation, toyFederation, type PlainRun } from '@protonorm/strategy/testkit';
import { createRng, PrototypeSums, rowVector, type Prototypes } from '@protonorm/tensor';
import { createOracleBackend } from '@protonorm/tensor/testkit';
import { describe, expect, it } from 'vitest';
import { fedProto } from './fedproto.ts';
import { local } from './local.ts';
import { protoNorm, protoNormReference } from './protonorm/protonorm.ts';

const toy = toyFederation({ headsMayDiffer: true });

async function run(
  strategy: AnyStrategy,
  options: { readonly until?: number; readonly hyper?: Readonly<Record<string, unknown>> } = {},
): Promise<PlainRun> {
  const { until = 2, hyper = {} } = options;
  const { federation, clients } = toy;
  using backend = createOracleBackend();
  return await runPlainFederation({
    strategy,
    hyper,
    federation,
    clients,
    local: { ...toy.local, shuffle: false },
    backend,
    rng: createRng(1),
    until,
  });
}

const downOf = (given: PlainRun, round: number): Prototypes =>
  given.rounds[round].down!.prototypes as Prototypes;
const upOf = (given: PlainRun, round: number, id: string): Prototypes =>
  given.rounds[round].uploads.get(id)!.prototypes as Prototypes;
const numbersOf = ({ clients }: PlainRun): unknown =>
  [...clients].map(([id, { parameters, buffers }]) => [id, parameters, buffers]);

/** Class means of a client's model in evaluation mode. */
async function meansOf(index: number, parameters: Float32Array, buffers?: Float32Array): Promise<Prototypes> {
  const { spec, train } = toy.clients[index];
  using backend = createOracleBackend();
  using learner = await backend.createLearner(spec, { parameters, ...(buffers && { buffers }) });
  const means = classMeans(spec.features);
  for (const { inputs, labels } of train.batches({ batchSize: 6 })) {
    using pass = await learner.forward(inputs, { mode: 'eval' });
    means.add(pass.features, labels);
  }
  return means.prototypes();
}

describe.each([
  ['fedproto', fedProto],
  ['protonorm', protoNorm],
  ['protonorm-reference', protoNormReference],
])('%s', (_, strategy: AnyStrategy) => {
  it('with lambda 0 trains as local does, to the bit', async () => {
    expect(numbersOf(await run(strategy, { hyper: { lambda: 0 } }))).toEqual(numbersOf(await run(local)));
  });

  it('trains in its first round as local does, whatever lambda is', async () => {
    expect(numbersOf(await run(strategy, { until: 1 }))).toEqual(numbersOf(await run(local, { until: 1 })));
  });

  it('sends prototypes of the untrained, of the training and of the trained model, as asked', async () => {
    const source = async (prototypeSource: string, until: number): Promise<PlainRun> =>
      run(strategy, { until, hyper: { lambda: 0, prototypeSource } });
    const before = await source('before-training', 2);
    const after = await source('after-training', 1);
    const [{ parameters }, trained] = [toy.clients[1], after.clients.get('b')!];
    expect(upOf(before, 0, 'b')).toEqual(await meansOf(1, parameters));
    expect(upOf(after, 0, 'b')).toEqual(await meansOf(1, trained.parameters, trained.buffers));
    // One round old: what 'after-training' sends in a round is what 'before-training' sends in the next.
    expect(upOf(before, 1, 'b')).toEqual(upOf(after, 0, 'b'));
    const during = upOf(await source('during-training', 1), 0, 'b');
    expect(during.counts).toEqual(upOf(after, 0, 'b').counts.map((n) => n * toy.local.epochs));
    expect(during.vectors).not.toEqual(upOf(after, 0, 'b').vectors);
  });

  it('keeps the prototype of a class whose clients are away', async () => {
    const { federation, clients, local: training } = toy;
    using backend = createOracleBackend();
    const given = await runPlainFederation({
      strategy,
      hyper: { lambda: 0.1, ...(strategy.id === 'protonorm-reference' && { scale: 8 }) },
      federation,
      clients,
      local: training,
      backend,
      rng: createRng(1),
      select: (round) => (round === 0 ? ['a', 'c'] : ['a']),
      until: 2,
    });
    expect([...downOf(given, 0).classes]).toEqual([0, 1, 2, 3]);
    expect([...downOf(given, 1).classes]).toEqual([0, 1, 2, 3]);
  });
});

describe('fedProto', () => {
  it.each(['uniform', 'samples'] as const)(
    "sends down the mean by class, weighted '%s'",
    async (weighting) => {
      const given = await run(fedProto, { until: 1, hyper: { weighting } });
      const sums = new PrototypeSums(toy.federation.features, weighting);
      for (const { id } of toy.clients) sums.add(upOf(given, 0, id));
      expect(downOf(given, 0)).toEqual(sums.mean());
    },
  );

  it('pulls features to the global prototypes', async () => {
    const apart = async (lambda: number): Promise<number> => {
      const given = await run(fedProto, { until: 6, hyper: { lambda, prototypeSource: 'after-training' } });
      const global = downOf(given, 5);
      const own = upOf(given, 5, 'a');
      const row = global.classes.indexOf(own.classes[0]);
      const spread = Math.hypot(...rowVector(global, row));
      return Math.hypot(...rowVector(own, 0).map((x, j) => x - rowVector(global, row)[j])) / spread;
    };
    expect(await apart(3)).toBeLessThan(0.5 * (await apart(0)));
  });
});

describe('protoNormReference', () => {
  const gentle = { lambda: 0.1, scale: 8 };

  it('sends down unit prototypes, spread wider than the means they come from', async () => {
    const given = await run(protoNormReference, { until: 1, hyper: gentle });
    const largestCosine = (table: Prototypes): number =>
      Math.max(
        ...[...table.classes.keys()].flatMap((i) =>
          [...table.classes.keys()]
            .filter((j) => j !== i)
            .map((j) => rowVector(table, i).reduce((sum, x, k) => sum + x * rowVector(table, j)[k], 0)),
        ),
      );
    const down = downOf(given, 0);
    for (let row = 0; row < 4; row++) expect(Math.hypot(...rowVector(down, row))).toBeCloseTo(1, 6);
    const { aggregated } = given.rounds[0].report!.prototypes!;
    expect(largestCosine(down)).toBeLessThan(largestCosine(normalise(aggregated)));
    expect(largestCosine(down)).toBeCloseTo(-1 / 3, 1);
  });

  it('without alignment sends down the normalised means', async () => {
    const given = await run(protoNormReference, { until: 1, hyper: { ...gentle, pa: false } });
    const { aggregated } = given.rounds[0].report!.prototypes!;
    expect(downOf(given, 0)).toEqual(normalise(aggregated));
  });

  it('draws features to the scale: their norm grows with it', async () => {
    const norm = async (scale: number): Promise<number> => {
      const given = await run(protoNormReference, {
        until: 6,
        hyper: { lambda: 0.2, scale, prototypeSource: 'after-training' },
      });
      return Math.hypot(...rowVector(upOf(given, 5, 'a'), 0));
    };
    const norms = [await norm(2), await norm(6)];
    expect(norms[1]).toBeGreaterThan(1.5 * norms[0]);
  });

  it('without upscaling is upscaling by 1', async () => {
    const off = await run(protoNormReference, { hyper: { ...gentle, pu: false } });
    const one = await run(protoNormReference, { hyper: { ...gentle, scale: 1 } });
    expect(numbersOf(off)).toEqual(numbersOf(one));
  });

  it('goes on when a prototype has no direction, which turns all into NaN as released', async () => {
    const reduced = {
      dim: 2,
      classes: Int32Array.of(0, 1),
      counts: Float64Array.of(1, 1),
      vectors: Float32Array.of(1, 0, 0, 0),
    };
    const finish = async (pa: boolean): Promise<Prototypes> => {
      const hyper = Object.fromEntries(
        Object.entries(protoNormReference.hyper).map(([name, given]) => [name, given.default]),
      );
      const step = await protoNormReference.server.finish({
        reduced: { prototypes: reduced, pull: undefined },
        state: {
          previous: null,
          targets: null,
          pulls: 0,
          firstCrossEntropy: null,
          crossEntropyGradient: null,
        },
        round: 0,
        hyper: { ...hyper, pa },
        rng: createRng(1),
        signal: new AbortController().signal,
      } as never);
      return step.down!.prototypes;
    };
    const aligned = await finish(true);
    expect([...aligned.classes]).toEqual([0, 1]);
    for (const row of [0, 1]) expect(Math.hypot(...rowVector(aligned, row))).toBeCloseTo(1, 6);
    expect([...(await finish(false)).classes]).toEqual([0]);
  });
});
