import { chainOutputShape, isProtoNormError, planModel } from '@protonorm/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linear } from './linear.ts';
import { mlp } from './mlp.ts';
import { findModel, modelNames } from '../registry/model-catalogue.ts';

const size = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 16, max: 64 }));
const input = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(size, size, fc.integer({ min: 1, max: 4 })) },
  { weight: 1, arbitrary: fc.tuple(size) },
  { weight: 1, arbitrary: fc.tuple(size, fc.constant(1), fc.integer({ min: 1, max: 4 })) },
);
const options = fc.record({
  classes: fc.integer({ min: 1, max: 20 }),
  features: fc.integer({ min: 1, max: 700 }),
});

describe('every family', () => {
  it.each(modelNames)('%s: an accepted input gives `features` features and `classes` logits', (name) => {
    let accepted = 0;
    fc.assert(
      fc.property(input, options, (input, { classes, features }) => {
        let spec;
        try {
          spec = findModel(name)!.create(input, { classes, features });
        } catch (error) {
          expect(isProtoNormError(error, 'invalid-model')).toBe(true);
          return;
        }
        accepted++;
        expect(spec.name).toBe(name);
        expect(spec.input).toEqual(input);
        const encoded = chainOutputShape(spec.encoder, input);
        expect(encoded).toEqual([features]);
        expect(chainOutputShape(spec.head, encoded)).toEqual([classes]);
        const plan = planModel(spec);
        expect(plan.size.all).toBe(plan.size.encoder + plan.size.head);
        expect(plan.size.head).toBe((features + 1) * classes);
      }),
      { seed: 11, numRuns: 60 },
    );
    expect(accepted).toBeGreaterThan(5);
  });

  it.each(modelNames)('%s: 512 features unless told otherwise; its typical input fits', (name) => {
    const { create, typicalInput } = findModel(name)!;
    expect(create(typicalInput, { classes: 3 }).features).toBe(512);
  });

  it.each(modelNames)('%s: names its parameters base.* and head.*, all different', (name) => {
    const { create, typicalInput } = findModel(name)!;
    const { parameters, buffers } = planModel(create(typicalInput, { classes: 3 }));
    for (const array of [...parameters, ...buffers]) {
      expect(array.name).toMatch(array.part === 'encoder' ? /^base\./ : /^head\./);
    }
  });
});

describe('mlp', () => {
  it('has one dense layer for each hidden width', () => {
    const { encoder } = mlp([13], { classes: 3, features: 8, hidden: [20, 10, 8] });
    expect(
      encoder.flatMap((layer) => (layer.kind === 'dense' ? [[layer.name, layer.inputs, layer.outputs]] : [])),
    ).toEqual([
      ['base.body.0', 13, 20],
      ['base.body.2', 20, 10],
      ['base.body.4', 10, 8],
    ]);
  });

  it.each([[[]], [[0]], [[2.5]], [[8, Number.NaN]]])('refuses hidden %j', (hidden) => {
    expect(() => mlp([4], { classes: 2, hidden })).toThrow(/hidden of the model 'mlp' must be/);
  });
});

describe('linear', () => {
  it('flattens images, not vectors', () => {
    expect(linear([4, 4, 2], { classes: 2 }).encoder.map(({ kind }) => kind)).toEqual(['flatten', 'dense']);
    expect(linear([32], { classes: 2 }).encoder.map(({ kind }) => kind)).toEqual(['dense']);
  });
});
