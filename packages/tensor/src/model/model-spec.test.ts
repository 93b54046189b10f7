import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, modelKey, type ModelSpec } from './model-spec.ts';

fc.configureGlobal({ seed: 1 });

const spec: ModelSpec = {
  name: 'tiny',
  input: [4],
  features: 3,
  classes: 2,
  encoder: [{ kind: 'dense', name: 'fc', inputs: 4, outputs: 3 }],
  head: [{ kind: 'dense', name: 'head', inputs: 3, outputs: 2 }],
};

describe('modelKey', () => {
  it('keeps its value over versions', () => {
    // 64-bit FNV-1a of the JSON with sorted keys, computed in Python.
    expect(modelKey(spec)).toBe('86d92559b65c0dbc');
  });

  it('is the same whatever the name and the order of keys', () => {
    const { name: _, ...rest } = spec;
    const turned = Object.fromEntries(
      Object.entries({ ...rest, name: 'other' }).reverse(),
    ) as unknown as ModelSpec;
    expect(modelKey(turned)).toBe(modelKey(spec));
    expect(modelKey(JSON.parse(JSON.stringify(spec)) as ModelSpec)).toBe(modelKey(spec));
  });

  it('is another for any other layer or shape', () => {
    const others: ModelSpec[] = [
      { ...spec, classes: 3 },
      { ...spec, input: [4, 1] },
      { ...spec, encoder: [...spec.encoder, { kind: 'activation', function: 'relu' }] },
      { ...spec, encoder: spec.head, head: spec.encoder },
      { ...spec, encoder: [{ kind: 'dense', name: 'fc', inputs: 4, outputs: 3, bias: false }] },
    ];
    expect(new Set([spec, ...others].map(modelKey)).size).toBe(others.length + 1);
  });
});

describe('canonicalJson', () => {
  it('depends on the value alone', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const turned = Object.fromEntries(Object.entries(value).reverse());
        expect(canonicalJson(turned)).toBe(canonicalJson(value));
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('leaves out what is undefined and keeps the order of lists', () => {
    expect(canonicalJson({ b: [2, 1], a: undefined, c: { z: 1, y: null } })).toBe(
      '{"b":[2,1],"c":{"y":null,"z":1}}',
    );
  });
});
