import { createCodec, type MessageSchema, type TrainingStep } from '@protonorm/strategy';
import { fedAvg, fedProto, local as localStrategy } from '@protonorm/strategies';
import { sliceDataset, type Dataset } from '@protonorm/tensor';
import { createOracleBackend } from '@protonorm/tensor/testkit';
import { describe, expect, it } from 'vitest';
import { calm, clientOptions, countingStrategy, task } from './client.test-support.ts';
import { createFederationClient } from './federation-client.ts';

const strategy = countingStrategy();
const up = createCodec(strategy.up as MessageSchema, { axes: {}, what: 'up' });
const down = createCodec(strategy.down as MessageSchema, { axes: { d: 6 }, what: 'down' });

describe('a federation client', () => {
  it('evaluates, trains and answers, as the task asks', async () => {
    using backend = createOracleBackend();
    const client = createFederationClient(await clientOptions(backend));
    expect(client.state()).toEqual({ rounds: 0 });
    const both = await client.handle({ ...task, evaluate: true }, calm);
    expect(both).toMatchObject({ clientId: 'a', round: 0, evaluation: { samples: 16 }, metrics: {} });
    expect(up.decode(both.up!)).toEqual({ rounds: 1 });

    const evaluated = await client.handle({ ...task, round: 1, evaluate: true, train: false }, calm);
    expect(evaluated).toEqual({
      clientId: 'a',
      round: 1,
      evaluation: both.evaluation,
      up: null,
      metrics: {},
    });
    expect(client.state()).toEqual({ rounds: 1 });

    const trained = await client.handle({ ...task, round: 2 }, calm);
    expect(trained).not.toHaveProperty('evaluation');
    expect(up.decode(trained.up!)).toEqual({ rounds: 2 });
  });

  it('gives its parts what they need: download, data, a stream of its own, each step', async () => {
    using backend = createOracleBackend();
    const steps: TrainingStep[] = [];
    const seen: unknown[] = [];
    const watched = countingStrategy({
      receive: (context) => void seen.push('receive', context.down?.offset, context.round),
      round(context) {
        const { rng, data, clientId, round } = context;
        seen.push('round', rng.path.slice(1), data.length, clientId, round);
        return localStrategy.client.round({ ...context, hyper: {}, down: {}, state: null });
      },
    });
    const options = {
      ...(await clientOptions(backend, watched)),
      onStep: (step: TrainingStep) => steps.push(step),
    };
    const client = createFederationClient(options);
    const offset = Float32Array.of(1, 2, 3, 4, 5, 6);
    await client.handle({ ...task, round: 3, down: down.encode({ offset }) }, calm);
    expect(seen).toEqual(['receive', offset, 3, 'round', ['round', 3, 'a'], 24, 'a', 3]);
    expect(steps.length).toBe(2 * (24 / 6));
    expect(steps[0]).toMatchObject({ clientId: 'a', round: 3 });
  });

  it('begins each round with a fresh optimiser', async () => {
    using backend = createOracleBackend();
    const optimiser = { kind: 'sgd', learningRate: 0.05, momentum: 0.9 } as const;
    const given = await clientOptions(backend, localStrategy);
    const options = { ...given, local: { ...given.local, optimiser } };
    const localTask = { ...task, strategy: 'local@1' };
    const client = createFederationClient(options);
    await client.handle(localTask, calm);
    const parameters = await options.learner.read('all');
    await client.handle({ ...localTask, round: 1 }, calm);

    const learner = await backend.createLearner(options.learner.plan.spec, { parameters });
    const other = createFederationClient({ ...options, learner });
    await other.handle({ ...localTask, round: 1 }, calm);
    expect(await learner.read('all')).toEqual(await options.learner.read('all'));
  });

  it('puts a download into the model before it evaluates', async () => {
    using backend = createOracleBackend();
    const options = await clientOptions(backend, fedAvg, 1);
    const client = createFederationClient(options);
    const parameters = (await options.learner.read('all')).map((x) => -2 * x);
    const size = { P: parameters.length };
    const message = createCodec(fedAvg.down, { axes: size, what: 'down' }).encode({ parameters });
    const evaluate = { ...task, strategy: 'fedavg@1', evaluate: true, train: false };
    const before = (await client.handle(evaluate, calm)).evaluation;
    const behind = (await client.handle({ ...evaluate, down: message }, calm)).evaluation;
    expect(await options.learner.read('all')).toEqual(parameters);
    expect(behind).not.toEqual(before);
  });

  it('sends prototypes as it is told, and takes downloads in that encoding alone', async () => {
    using backend = createOracleBackend();
    const prototypeEncoding = { precision: 'int8' } as const;
    const training = { ...task, strategy: 'fedproto@1' };
    const { up: plain } = await createFederationClient(await clientOptions(backend, fedProto)).handle(
      training,
      calm,
    );
    const client = createFederationClient({ ...(await clientOptions(backend, fedProto)), prototypeEncoding });
    const { up: encoded } = await client.handle(training, calm);
    const { federation } = await clientOptions(backend, fedProto);
    const axes = { d: federation.features };
    const exact = createCodec(fedProto.up, { axes, what: 'up' }).decode(plain!).prototypes;
    const codec = createCodec(fedProto.up, { axes, what: 'up', prototypes: prototypeEncoding });
    const found = codec.decode(encoded!).prototypes;
    expect({ ...found, vectors: 0 }).toEqual({ ...exact, vectors: 0 });
    const largest = Math.max(...exact.vectors.map(Math.abs));
    found.vectors.forEach((x, i) => {
      expect(Math.abs(x - exact.vectors[i])).toBeLessThanOrEqual(largest / 254);
    });
    // The download has the schema of the upload.
    const evaluate = { ...training, evaluate: true, train: false };
    expect((await client.handle({ ...evaluate, down: encoded }, calm)).evaluation).toBeDefined();
    await expect(client.handle({ ...evaluate, down: plain }, calm)).rejects.toMatchObject({
      code: 'schema-violation',
      message: expect.stringContaining('has its prototypes as float32; this side reads int8'),
    });
  });

  it('has nothing to evaluate or to train on without samples', async () => {
    using backend = createOracleBackend();
    const options = await clientOptions(backend, localStrategy);
    const nothing = sliceDataset(options.train.dataset, new Int32Array(0));
    const client = createFederationClient({ ...options, train: nothing, test: nothing });
    const before = await options.learner.read('all');
    const reply = await client.handle({ ...task, strategy: 'local@1', evaluate: true }, calm);
    expect(reply).toEqual({ clientId: 'a', round: 0, up: null, metrics: { loss: 0 } });
    expect(await options.learner.read('all')).toEqual(before);
  });
});

describe('the state of a client', () => {
  it('goes on from a given one, also from null', async () => {
    using backend = createOracleBackend();
    const options = await clientOptions(backend);
    expect(createFederationClient({ ...options, state: { rounds: 5 } }).state()).toEqual({ rounds: 5 });
    const nullable = countingStrategy({
      init: () => ({ first: true }),
      round: ({ state }) => ({ up: { rounds: state === null ? 9 : 1 }, state: null }),
    });
    const client = createFederationClient({ ...options, strategy: nullable, state: null });
    expect(client.state()).toBeNull();
    expect(up.decode((await client.handle(task, calm)).up!)).toEqual({ rounds: 9 });
  });

  it.each([
    {
      what: 'throws',
      round: () => {
        throw new Error('no luck');
      },
      rejects: { message: 'no luck' },
    },
    {
      what: 'breaks the schema of its upload',
      round: () => ({ up: { rounds: 1000 }, state: { rounds: 7 } }),
      rejects: { code: 'schema-violation' },
    },
    {
      what: 'has a metric that is no number',
      round: () => ({ up: null, state: { rounds: 7 }, metrics: { loss: NaN } }),
      rejects: { code: 'not-finite' },
    },
  ])('stays as it was when a round $what', async ({ round, rejects }) => {
    using backend = createOracleBackend();
    let fails = true;
    const flaky = countingStrategy({
      round: (context) => (fails ? round() : strategy.client.round(context)),
    });
    const client = createFederationClient(await clientOptions(backend, flaky));
    await expect(client.handle(task, calm)).rejects.toMatchObject(rejects);
    expect(client.state()).toEqual({ rounds: 0 });
    fails = false;
    expect(up.decode((await client.handle(task, calm)).up!)).toEqual({ rounds: 1 });
  });

  it('is not changed by an evaluation', async () => {
    using backend = createOracleBackend();
    const client = createFederationClient(await clientOptions(backend));
    const before = client.state();
    await client.handle({ ...task, evaluate: true, train: false }, calm);
    expect(client.state()).toBe(before);
  });
});

describe('a client refuses', () => {
  it('tasks of another strategy or version, and says both', async () => {
    using backend = createOracleBackend();
    const client = createFederationClient(await clientOptions(backend));
    for (const name of ['counting@1', 'counting', 'fedavg@2']) {
      await expect(client.handle({ ...task, strategy: name }, calm)).rejects.toMatchObject({
        code: 'invalid-strategy',
        message: `a runs counting@2, but the task is of ${name}. Install the same version on both sides.`,
      });
    }
  });

  it('downloads that are damaged or break their schema, before they reach the strategy', async () => {
    using backend = createOracleBackend();
    let received = 0;
    const client = createFederationClient(
      await clientOptions(backend, countingStrategy({ receive: () => void received++ })),
    );
    const good = down.encode({ offset: new Float32Array(6) });
    const long = createCodec(strategy.down as MessageSchema, { axes: { d: 7 }, what: 'down' });
    for (const [bytes, code] of [
      [new Uint8Array(0), 'message-corrupt'],
      [good.slice(0, -1), 'message-corrupt'],
      [good.with(9, good[9] ^ 1), 'message-corrupt'],
      [long.encode({ offset: new Float32Array(7) }), 'schema-violation'],
    ] as const) {
      await expect(client.handle({ ...task, down: bytes }, calm)).rejects.toMatchObject({ code });
    }
    expect(received).toBe(0);
    await client.handle({ ...task, down: good }, calm);
    expect(received).toBe(1);
  });

  it('models that do not fit the federation', async () => {
    using backend = createOracleBackend();
    const options = await clientOptions(backend);
    for (const change of [{ features: 7 }, { classes: 5 }]) {
      const federation = { ...options.federation, ...change };
      expect(() => createFederationClient({ ...options, federation })).toThrow(
        expect.objectContaining({ code: 'invalid-model' }),
      );
    }
  });

  it('data that do not fit the model, unless there are none', async () => {
    using backend = createOracleBackend();
    const options = await clientOptions(backend);
    const other: Dataset = {
      ...options.train.dataset,
      name: 'other',
      shape: [3],
      length: 1,
      inputs: new Float32Array(3),
      labels: Int32Array.of(0),
    };
    const one = sliceDataset(other, Int32Array.of(0));
    const none = sliceDataset(other, new Int32Array(0));
    const moreClasses = sliceDataset({ ...options.test.dataset, classes: 9 }, Int32Array.of(0));
    for (const data of [{ train: one }, { test: one }, { test: moreClasses }]) {
      expect(() => createFederationClient({ ...options, ...data })).toThrow(
        expect.objectContaining({ code: 'invalid-model' }),
      );
    }
    expect(createFederationClient({ ...options, train: none, test: none }).id).toBe('a');
  });

  it('unknown hyperparameters, and training without epochs', async () => {
    using backend = createOracleBackend();
    const options = await clientOptions(backend);
    expect(() => createFederationClient({ ...options, hyper: { lambda: 1 } })).toThrow(
      expect.objectContaining({ code: 'invalid-hyper' }),
    );
    for (const change of [{ epochs: 0 }, { epochs: 1.5 }, { batchSize: NaN }]) {
      expect(() => createFederationClient({ ...options, local: { ...options.local, ...change } })).toThrow(
        expect.objectContaining({ code: 'invalid-argument' }),
      );
    }
  });
});

describe('tasks of a client', () => {
  it('are done one after the other', async () => {
    using backend = createOracleBackend();
    const lines: string[] = [];
    const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const slow = countingStrategy({
      async round(context) {
        lines.push(`${context.round} begins`);
        await gates[context.round].promise;
        lines.push(`${context.round} ends`);
        return strategy.client.round(context);
      },
    });
    const client = createFederationClient(await clientOptions(backend, slow));
    const replies = [0, 1].map((round) => client.handle({ ...task, round }, calm));
    gates[1].resolve();
    gates[0].resolve();
    await Promise.all(replies);
    expect(lines).toEqual(['0 begins', '0 ends', '1 begins', '1 ends']);
    expect(client.state()).toEqual({ rounds: 2 });
  });

  it('wait until an aborted one has ended, and then find the state as before it', async () => {
    using backend = createOracleBackend();
    const begun = Promise.withResolvers<void>();
    const slow = countingStrategy({
      async round(context) {
        if (context.round > 0) return strategy.client.round(context);
        begun.resolve();
        await new Promise((resolve) => {
          context.signal.addEventListener('abort', resolve, { once: true });
        });
        context.signal.throwIfAborted();
        return { up: null, state: { rounds: 99 } };
      },
    });
    const client = createFederationClient(await clientOptions(backend, slow));
    const controller = new AbortController();
    const first = client.handle(task, { signal: controller.signal });
    const second = client.handle({ ...task, round: 1 }, calm);
    await begun.promise;
    controller.abort(new Error('too late'));
    await expect(first).rejects.toThrow('too late');
    expect(up.decode((await second).up!)).toEqual({ rounds: 1 });
  });

  it('are not begun when they were aborted before', async () => {
    using backend = createOracleBackend();
    const client = createFederationClient(await clientOptions(backend));
    const signal = AbortSignal.abort(new Error('never mind'));
    await expect(client.handle(task, { signal })).rejects.toThrow('never mind');
    expect(client.state()).toEqual({ rounds: 0 });
  });

  it('leave no buffer behind', async () => {
    using backend = createOracleBackend();
    const options = await clientOptions(backend, localStrategy, 1);
    const client = createFederationClient(options);
    const localTask = { ...task, strategy: 'local@1', evaluate: true };
    await client.handle(localTask, calm);
    const { buffers } = backend.memory();
    for (let round = 1; round < 4; round++) await client.handle({ ...localTask, round }, calm);
    expect(backend.memory().buffers).toBe(buffers);
  });
});
