import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as published from './index.ts';

const root = new URL('../', import.meta.url);

/** The ts blocks of a README or of docstrings, as statements of a script. */
function examplesOf(file: string): string[] {
  const text = readFileSync(new URL(file, root), 'utf8').replaceAll(/^ \* ?/gm, '');
  return Array.from(text.matchAll(/^```ts\n(.*?)^```/gms), ([, code]) => code);
}

/** `value; // => expected` becomes an assertion, the import a look into the package. */
function runnable(code: string): string {
  return code
    .replaceAll(/^import \{(.*?)\} from '@protonorm\/prototype-math';/gms, 'const {$1} = published;')
    .replaceAll(/^(.+); \/\/ => (.+)$/gm, 'expect($1).toEqual($2);');
}

const files = [
  'README.md',
  ...globSync('src/**/*.ts', { cwd: root }).filter((file) => !file.endsWith('.test.ts')),
];

test.each(files.toSorted().flatMap((file) => examplesOf(file).map((code, index) => ({ file, index, code }))))(
  'example $index of $file',
  ({ code }) => {
    expect(code).toContain('// =>');
    new Function('published', 'expect', runnable(code))(published, expect);
  },
);

test('README has an example', () => {
  expect(examplesOf('README.md').length).toBeGreaterThan(0);
});
