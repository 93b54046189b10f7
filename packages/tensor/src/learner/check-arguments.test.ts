import { describe, expect, it } from 'vitest';
import { planModel } from '../model/model-plan.ts';
import { smallConvNet } from '../testkit/checks/small-nets.ts';
import {
  batchSizeOf,
  checkForward,
  checkOutputGradients,
  checkPartValues,
  checkStep,
  partRange,
} from './check-arguments.ts';
import { freshBuffers } from './fresh-buffers.ts';
import type { ForwardOptions, StepOptions } from './learner.ts';

const plan = planModel(smallConvNet); // [6, 5, 2] to 5 features to 3 classes
const sgd = { kind: 'sgd', learningRate: 0.1 } as const;
const adam = { kind: 'adam', learningRate: 0.1 } as const;
const withCode = (code: string) => expect.objectContaining({ code });

describe('batchSizeOf', () => {
  it('counts whole samples', () => {
    expect(batchSizeOf(plan, new Float32Array(180))).toBe(3);
    expect(batchSizeOf(plan, new Float32Array(10), { from: 'features' })).toBe(2);
  });

  it.each([0, 59, 61])('refuses %i numbers', (length) => {
    expect(() => batchSizeOf(plan, new Float32Array(length))).toThrowError(withCode('shape-mismatch'));
  });
});

describe('checkForward', () => {
  it('knows the modes and the entrances', () => {
    for (const mode of ['train', 'eval'] as const) {
      for (const from of ['inputs', 'features', undefined] as const) {
        expect(() => checkForward({ mode, ...(from && { from }) })).not.toThrow();
      }
    }
  });

  it('refuses others with what was received', () => {
    const bad = [{ mode: 'test' }, { mode: 'train', from: 'logits' }] as unknown as ForwardOptions[];
    for (const options of bad) expect(() => checkForward(options)).toThrow(withCode('invalid-argument'));
    expect(() => checkForward(bad[1])).toThrow(/from.*"logits"/);
  });
});

describe('checkPartValues', () => {
  it('names the array and the position of what is not finite', () => {
    const { offset } = plan.parameters.find(({ name }) => name === 'head.bias')!;
    const all = new Float32Array(plan.size.all);
    all[offset + 1] = NaN;
    expect(() => checkPartValues(plan, 'all', all)).toThrowError(/'head.bias' .* NaN at position 1/);
    const head = all.slice(plan.size.encoder);
    expect(() => checkPartValues(plan, 'head', head)).toThrowError(/'head.bias' .* NaN at position 1/);
    const buffers = new Float32Array(plan.size.buffers).fill(Infinity, 5);
    expect(() => checkPartValues(plan, 'buffers', buffers)).toThrowError(
      /'base.bn1.running_var' .* position 1/,
    );
  });

  it('accepts and refuses lengths', () => {
    for (const part of ['all', 'encoder', 'head', 'buffers'] as const) {
      const { size } = partRange(plan, part);
      checkPartValues(plan, part, new Float32Array(size));
      expect(() => checkPartValues(plan, part, new Float32Array(size + 1))).toThrowError(
        withCode('shape-mismatch'),
      );
    }
  });
});

it('places head behind encoder', () => {
  const { encoder, head, all } = plan.size;
  expect(partRange(plan, 'all')).toEqual({ offset: 0, size: all });
  expect(partRange(plan, 'encoder')).toEqual({ offset: 0, size: encoder });
  expect(partRange(plan, 'head')).toEqual({ offset: encoder, size: head });
});

it('starts buffers at mean 0 and variance 1', () => {
  expect(Array.from(freshBuffers(plan))).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1]);
});

it('checks the gradients by the outputs', () => {
  const size = 2;
  checkOutputGradients(plan, {}, { size });
  checkOutputGradients(plan, { features: new Float32Array(10), logits: new Float32Array(6) }, { size });
  for (const bad of [{ features: new Float32Array(9) }, { logits: new Float32Array(7) }]) {
    expect(() => checkOutputGradients(plan, bad, { size })).toThrowError(withCode('shape-mismatch'));
  }
});

describe('checkStep', () => {
  const reference = new Float32Array(plan.size.all);
  it.each<StepOptions>([
    { optimiser: sgd },
    { optimiser: { ...sgd, learningRate: 0, momentum: 0.99, weightDecay: 0.1 }, clipNorm: 1e-9 },
    { optimiser: { ...adam, beta1: 0, beta2: 0, epsilon: 1e-12 }, part: 'head' },
    { optimiser: sgd, proximal: { weight: 0, reference } },
  ])('accepts %j', (options) => {
    checkStep(plan, options);
  });

  it.each<[StepOptions, string]>([
    [{ optimiser: { kind: 'sgd' } as unknown as typeof sgd }, 'invalid-argument'],
    [{ optimiser: { kind: 'lion' } as unknown as typeof sgd }, 'invalid-argument'],
    [{ optimiser: { ...sgd, learningRate: Infinity } }, 'invalid-argument'],
    [{ optimiser: { ...sgd, learningRate: -0.1 } }, 'invalid-argument'],
    [{ optimiser: { ...sgd, momentum: 1 } }, 'invalid-argument'],
    [{ optimiser: { ...sgd, weightDecay: NaN } }, 'invalid-argument'],
    [{ optimiser: { ...adam, beta1: 1 } }, 'invalid-argument'],
    [{ optimiser: { ...adam, beta2: -0.1 } }, 'invalid-argument'],
    [{ optimiser: { ...adam, epsilon: 0 } }, 'invalid-argument'],
    [{ optimiser: sgd, clipNorm: -1 }, 'invalid-argument'],
    [{ optimiser: sgd, proximal: { weight: -1, reference } }, 'invalid-argument'],
    [{ optimiser: sgd, proximal: { weight: 1, reference: reference.slice(1) } }, 'shape-mismatch'],
    [{ optimiser: sgd, proximal: { weight: 1, reference: reference.map(() => NaN) } }, 'not-finite'],
  ])('refuses %j', (options, code) => {
    expect(() => checkStep(plan, options)).toThrowError(withCode(code));
  });
});
