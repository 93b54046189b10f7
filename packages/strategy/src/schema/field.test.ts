import type { Prototypes } from '@protonorm/tensor';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { defineStrategy } from '../strategy/define-strategy.ts';
import { reduce } from '../reduce/index.ts';
import { t, type FieldValue, type MessageSchema, type MessageValue, type TensorField } from './field.ts';

describe('t', () => {
  it('makes fields that are plain data', () => {
    const schema = {
      w: t.tensor(['P', 3], { maxNorm: 2 }),
      bytes: t.tensor(['?'], { type: 'uint8' }),
      table: t.prototypes(),
      n: t.scalar({ min: 0, max: 9, integer: true }),
      maybe: t.optional(t.list(t.tensor(['d']), { maxItems: 4 })),
    };
    expect(JSON.parse(JSON.stringify(schema))).toEqual(schema);
    expect(schema.w).toEqual({ kind: 'tensor', axes: ['P', 3], type: 'float32', maxNorm: 2 });
    expect(schema.table).toEqual({ kind: 'prototypes', dim: 'd' });
  });

  it('keeps the element type of an array, also where the context would allow any', () => {
    expectTypeOf(t.tensor(['P'])).toEqualTypeOf<TensorField<'float32'>>();
    expectTypeOf(t.tensor(['P'], { maxNorm: 1 })).toEqualTypeOf<TensorField<'float32'>>();
    expectTypeOf(t.tensor(['P'], { type: 'int32' })).toEqualTypeOf<TensorField<'int32'>>();
    const schema = { w: t.tensor(['P']), c: t.tensor(['C'], { type: 'uint8' }) } satisfies MessageSchema;
    expectTypeOf<FieldValue<typeof schema.w>>().toEqualTypeOf<Float32Array>();
    expectTypeOf<FieldValue<typeof schema.c>>().toEqualTypeOf<Uint8Array>();
    // @ts-expect-error no such element type
    t.tensor(['P'], { type: 'float16' });
  });
});

describe('MessageValue', () => {
  const up = {
    w: t.tensor(['P']),
    labels: t.tensor(['?'], { type: 'int32' }),
    table: t.prototypes('d'),
    n: t.scalar(),
    counts: t.optional(t.tensor(['C'], { type: 'int32' })),
    factors: t.list(t.tensor(['?']), { maxItems: 3 }),
  };
  type Up = MessageValue<typeof up>;

  it('has the type of each field', () => {
    expectTypeOf<Up['w']>().toEqualTypeOf<Float32Array>();
    expectTypeOf<Up['labels']>().toEqualTypeOf<Int32Array>();
    expectTypeOf<Up['table']>().toEqualTypeOf<Prototypes>();
    expectTypeOf<Up['n']>().toEqualTypeOf<number>();
    expectTypeOf<Up['counts']>().toEqualTypeOf<Int32Array | undefined>();
    expectTypeOf<Up['factors']>().toEqualTypeOf<readonly Float32Array[]>();
  });

  it('lets optional fields be left out, and no others', () => {
    type Small = MessageValue<{ w: TensorField<'float32'>; counts: typeof up.counts }>;
    expectTypeOf<{ w: Float32Array }>().toExtend<Small>();
    expectTypeOf<{ w: Float32Array; counts: Int32Array }>().toExtend<Small>();
    expectTypeOf<{ counts: Int32Array }>().not.toExtend<Small>();
    expectTypeOf<{ w: Int32Array }>().not.toExtend<Small>();
  });

  it('of a schema that is not known has unknown fields', () => {
    expectTypeOf<MessageValue<MessageSchema>['anything']>().toEqualTypeOf<unknown>();
  });

  it('makes a wrong field of a strategy a compile error', () => {
    const parts = {
      id: 'typed',
      version: 1,
      summary: 'For its types.',
      hyper: {},
      down: { mean: t.tensor(['d']) },
      up: { sum: t.tensor(['d']), n: t.scalar() },
      capabilities: {},
    } as const;
    const client = {
      init: () => null,
      round: () => ({ up: { sum: new Float32Array(2), n: 1 }, state: null }),
      scores: () => null,
    };
    const init = () => ({ state: null, down: undefined });
    const right = defineStrategy({
      ...parts,
      client,
      server: {
        init,
        reduce: reduce.weightedMean('sum', 'n'),
        finish: ({ reduced }) => ({ state: null, down: { mean: reduced } }),
      },
    });
    expect(right.id).toBe('typed');
    defineStrategy({
      ...parts,
      // @ts-expect-error `n` is missing
      client: { ...client, round: () => ({ up: { sum: new Float32Array(2) }, state: null }) },
      server: {
        init,
        reduce: reduce.weightedMean('sum', 'n'),
        finish: ({ reduced }) => ({ state: null, down: { mean: reduced } }),
      },
    });
    defineStrategy({
      ...parts,
      client,
      server: {
        init,
        reduce: reduce.weightedMean('sum', 'n'),
        // @ts-expect-error `average` is no field of the download
        finish: ({ reduced }) => ({ state: null, down: { average: reduced } }),
      },
    });
    defineStrategy({
      ...parts,
      client,
      server: {
        init,
        // @ts-expect-error `total` is no field of the upload
        reduce: reduce.weightedMean('total', 'n'),
        finish: () => ({ state: null, down: undefined }),
      },
    });
    defineStrategy({
      ...parts,
      client: {
        ...client,
        // @ts-expect-error the download has no field `table`
        scores: ({ down }) => down?.table ?? null,
      },
      server: { init, reduce: reduce.nothing(), finish: () => ({ state: null, down: undefined }) },
    });
  });
});
