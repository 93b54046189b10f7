import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { inspect, isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { runnableExample } from './runnable-example.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const files = [
  ...globSync(['*.md', 'docs/**/*.md', 'packages/*/README.md', 'benchmarks/**/*.md'], { cwd: root }),
  ...globSync('packages/*/src/**/*.ts', { cwd: root }).filter((file) => !file.endsWith('.test.ts')),
].sort();

/** The ```ts blocks of a text, with the stars of doc comments taken away. */
function examplesOf(file: string): string[] {
  const plain = readFileSync(`${root}${file}`, 'utf8').replaceAll(/^ *\* ?/gm, '');
  return Array.from(plain.matchAll(/^```ts\n(.*?)^```/gms), ([, code]) => code);
}

type Script = (
  load: (name: string) => Promise<unknown>,
  check: (value: unknown, text: string, expected: () => unknown) => void,
) => Promise<void>;
const AsyncFunction = (async () => undefined).constructor as new (...parts: string[]) => Script;

const withExamples = files.flatMap((file) => {
  const examples = examplesOf(file);
  return examples.length === 0 ? [] : [{ file, examples }];
});

describe('examples of READMEs, docs and docstrings run and show the values that they say', () => {
  it.each(withExamples)('$file', async ({ examples }) => {
    for (const code of examples) {
      const { script } = runnableExample(code);
      await new AsyncFunction('load', 'check', script)(
        (name) => import(/* @vite-ignore */ name) as Promise<unknown>,
        (value, text, expected) => {
          if (inspect(value) !== text && String(value) !== text && !isDeepStrictEqual(value, expected())) {
            expect(value, code).toEqual(expected());
          }
        },
      );
    }
  });

  it('are in the README of every package', () => {
    const without = globSync('packages/*/README.md', { cwd: root }).filter(
      (file) => examplesOf(file).length === 0,
    );
    expect(without).toEqual([]);
  });
});
