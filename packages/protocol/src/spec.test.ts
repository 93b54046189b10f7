import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const packages = fileURLToPath(new URL('../../', import.meta.url));
const spec = readFileSync(new URL('../SPEC.md', import.meta.url), 'utf8');

const rules = Array.from(
  spec.matchAll(/^- \*\*([A-Z]\d+)\*\*((?: ?\((?:server|client)\))*)/gm),
  ([, id, marks]) => ({
    id,
    marks,
  }),
);

/** Rules that the titles of a package's tests begin with, as in 'W1, W4: refuses ...'. */
function citedBy(name: string): string[] {
  return globSync(`${packages}${name}/src/**/*.test.ts`).flatMap((file) =>
    Array.from(readFileSync(file, 'utf8').matchAll(/['"`]((?:[WPHTLEA]\d+(?:, )?)+): /g), ([, ids]) =>
      ids.split(', '),
    ).flat(),
  );
}

describe('SPEC.md', () => {
  it('has numbered rules, each number once and in order', () => {
    const sections = Map.groupBy(rules, ({ id }) => id[0]);
    expect([...sections.keys()].join('')).toBe('WPHTLEA');
    for (const [letter, of] of sections)
      expect(of.map(({ id }) => id)).toEqual(of.map((_, i) => `${letter}${i + 1}`));
  });

  it('has each rule cited by a test of this package, or marked as one of the server or client', () => {
    const cited = new Set(citedBy('protocol'));
    expect(rules.filter(({ id, marks }) => marks === '' && !cited.has(id))).toEqual([]);
  });

  it('has every rule that a test of protocol, server or client cites', () => {
    const known = new Set(rules.map(({ id }) => id));
    const cited = ['protocol', 'fl-server', 'fl-client'].flatMap(citedBy);
    expect(cited.filter((id) => !known.has(id))).toEqual([]);
    expect(cited.length).toBeGreaterThan(50);
  });

  it('has every rule that the sources name', () => {
    const known = new Set(rules.map(({ id }) => id));
    const named = globSync(`${packages}{protocol,fl-server,fl-client}/src/**/*.ts`).flatMap((file) =>
      Array.from(
        readFileSync(file, 'utf8').matchAll(/rules? ([A-Z]\d+)(?: (?:to|and) ([A-Z]\d+))?/gi),
        ([, first, last]) => [first, ...(last === undefined ? [] : [last])],
      ).flat(),
    );
    expect(named.filter((id) => !known.has(id))).toEqual([]);
  });
});
