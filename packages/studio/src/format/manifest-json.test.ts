import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readableJson } from './manifest-json.ts';

describe('readableJson', () => {
  it('is JSON of the same value while nothing is cut', () => {
    const values = fc.jsonValue({ maxDepth: 4 }).filter((value) => JSON.stringify(value).length < 2000);
    fc.assert(
      fc.property(values, (value) => {
        expect(JSON.parse(readableJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
      { seed: 1 },
    );
  });

  it('cuts long lists and long texts and says how much is left out', () => {
    const text = readableJson({ indices: Array.from({ length: 1347 }, (_, i) => i) });
    expect(text).toContain('… 1307 more');
    expect(readableJson('x'.repeat(30_000))).toMatch(/… 10002 more characters$/);
  });

  it('shows what JSON cannot hold', () => {
    const circular: Record<string, unknown> = {
      big: 12n,
      none: undefined,
      call: () => 1,
      nan: NaN,
      list: Float32Array.of(1, 2),
    };
    circular.self = circular;
    const text = readableJson(circular);
    expect(text).toContain('"big": "12"');
    expect(text).toContain('"list": [1, 2]');
    expect(text).toContain('"self": "(circular)"');
    expect(text).not.toContain('none');
  });
});
