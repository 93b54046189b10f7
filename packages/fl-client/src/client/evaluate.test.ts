import type {
  AnyStrategy,
  ClientContext,
  HyperSchema,
  MessageSchema,
  ModelOutputs,
} from '@protonorm/strategy';
import { sliceDataset, type Dataset } from '@protonorm/tensor';
import { createOracleBackend } from '@protonorm/tensor/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clientOptions, countingStrategy } from './client.test-support.ts';
import { evaluateClient } from './evaluate.ts';

const CLASSES = 3;

function labelled(labels: readonly number[]): Dataset {
  return {
    name: 'labels',
    shape: [1],
    classes: CLASSES,
    length: labels.length,
    inputs: Float32Array.from(labels.keys()),
    labels: Int32Array.from(labels),
    source: 'by hand',
    licence: 'Apache-2.0',
  };
}

/** Evaluates with logits and scores looked up by the number of the sample (its input). */
async function evaluate(
  labels: readonly number[],
  options: {
    readonly logits: readonly number[];
    readonly scores?: (outputs: ModelOutputs) => Float32Array | Float64Array | null;
    readonly batchSize?: number;
    readonly signal?: AbortSignal;
    readonly onBatch?: () => void;
  },
) {
  let open = 0;
  const strategy: AnyStrategy = countingStrategy({
    scores: (_, outputs) => (options.scores === undefined ? outputs.logits : options.scores(outputs)),
    evaluator() {
      open++;
      return {
        outputs(inputs) {
          options.onBatch?.();
          const logits = Array.from(inputs, (row) =>
            options.logits.slice(row * CLASSES, (row + 1) * CLASSES),
          );
          const size = inputs.length;
          return { size, features: new Float32Array(size), logits: Float32Array.from(logits.flat()) };
        },
        [Symbol.dispose]: () => void open--,
      };
    },
  });
  const context = {
    federation: { classes: CLASSES, features: 1, rounds: 1, clients: 1 },
    signal: options.signal ?? new AbortController().signal,
  } as unknown as ClientContext<HyperSchema, MessageSchema, unknown>;
  const dataset = labelled(labels);
  const test = sliceDataset(dataset, Int32Array.from(labels.keys()));
  try {
    return await evaluateClient(strategy, context, { test, batchSize: options.batchSize ?? 256 });
  } finally {
    expect(open).toBe(0);
  }
}

describe('evaluateClient', () => {
  it('counts rows whose largest number is at the label', async () => {
    const logits = [1, 2, 3, 3, 2, 1, -5, -4, -6];
    expect(await evaluate([2, 0, 0], { logits })).toEqual({ samples: 3, correct: 2, correctByLogits: 2 });
  });

  it('gives a tie to the lowest class', async () => {
    const logits = [1, 1, 1, 0, 2, 2, 7, 3, 7];
    expect(await evaluate([0, 1, 0], { logits })).toMatchObject({ correct: 3 });
    expect(await evaluate([1, 2, 2], { logits })).toMatchObject({ correct: 0 });
  });

  it('never lets NaN win, also not alone', async () => {
    const logits = [NaN, 1, 0, 1, NaN, 2, NaN, NaN, NaN, -Infinity, -Infinity, -Infinity];
    expect(await evaluate([1, 2, 0, 0], { logits })).toMatchObject({ correct: 2, correctByLogits: 2 });
  });

  it('counts 0 by a rule that cannot predict yet, and the logits all the same', async () => {
    const logits = [1, 0, 0, 0, 1, 0];
    expect(await evaluate([0, 1], { logits, scores: () => null })).toEqual({
      samples: 2,
      correct: 0,
      correctByLogits: 2,
    });
  });

  it('applies rule and logits beside each other', async () => {
    const scores = ({ size }: ModelOutputs) =>
      Float64Array.from({ length: size * CLASSES }, (_, i) => Number(i % CLASSES === 2));
    expect(await evaluate([2, 0], { logits: [1, 0, 0, 1, 0, 0], scores })).toEqual({
      samples: 2,
      correct: 1,
      correctByLogits: 1,
    });
  });

  it('has nothing to count without samples', async () => {
    expect(await evaluate([], { logits: [] })).toBeUndefined();
  });

  it('refuses scores and logits of another number', async () => {
    const logits = [1, 0, 0, 1, 0, 0];
    await expect(
      evaluate([0, 1], { logits, scores: () => new Float32Array(2 * CLASSES - 1) }),
    ).rejects.toMatchObject({
      code: 'shape-mismatch',
      message: 'counting@2 gave 5 scores for 2 samples and 3 classes.',
    });
    await expect(evaluate([0, 1], { logits: logits.slice(1) })).rejects.toMatchObject({
      code: 'shape-mismatch',
    });
  });

  it('stops between batches when it is aborted', async () => {
    const controller = new AbortController();
    let batches = 0;
    const logits = new Array<number>(4 * CLASSES).fill(0);
    const run = evaluate([0, 1, 2, 0], {
      logits,
      batchSize: 1,
      signal: controller.signal,
      onBatch: () => {
        if (++batches === 2) controller.abort(new Error('enough'));
      },
    });
    await expect(run).rejects.toThrow('enough');
    expect(batches).toBe(2);
  });

  it('counts the same in batches of any size', async () => {
    const sample = fc.record({
      label: fc.nat(CLASSES - 1),
      logits: fc.array(fc.constantFrom(NaN, -1, 0, 1, 2), { minLength: CLASSES, maxLength: CLASSES }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(sample, { minLength: 1, maxLength: 9 }),
        fc.integer({ min: 1, max: 10 }),
        async (samples, batchSize) => {
          const labels = samples.map(({ label }) => label);
          const logits = samples.flatMap((one) => one.logits);
          const correct = samples.filter(({ label, logits: row }) => {
            const numbers = row.filter((x) => !Number.isNaN(x));
            return numbers.length > 0 && row.indexOf(Math.max(...numbers)) === label;
          }).length;
          expect(await evaluate(labels, { logits, batchSize })).toMatchObject({ correct });
        },
      ),
      { seed: 5, numRuns: 60 },
    );
  });

  it('takes the learner where the strategy names no other model, and frees each pass', async () => {
    using backend = createOracleBackend();
    const { federation, learner, test } = await clientOptions(backend);
    const before = backend.memory().buffers;
    const context = { federation, learner, signal: new AbortController().signal } as unknown as ClientContext<
      HyperSchema,
      MessageSchema,
      unknown
    >;
    const whole = await evaluateClient(countingStrategy(), context, { test, batchSize: 256 });
    expect(whole).toMatchObject({ samples: 16 });
    expect(await evaluateClient(countingStrategy(), context, { test, batchSize: 5 })).toEqual(whole);
    expect(backend.memory().buffers).toBe(before);
  });
});
