import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

const packageDir = join(import.meta.dirname, '..');
const sources = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.includes('.test'))
  .map((file) => join(import.meta.dirname, file));

/** The ```ts blocks of a text, with the stars of doc comments taken away. */
function examplesOf(text: string): string[] {
  const plain = text.replace(/^ *\* ?/gm, '');
  return [...plain.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code);
}

/** A script that runs the block and fails where `expression; // => value` has another value. */
function script(code: string): string {
  const body = code
    .replace(/^import \{(.*?)\} from ('.*?');$/gms, (_, names: string, from: string) => {
      return `const {${names.replaceAll(' as ', ': ')}} = await import(${from});`;
    })
    .replace(
      /^(?:console\.log\((.*)\)|(.*));(?: *)\/\/ => (.*)$/gm,
      (_, logged?: string, plain?: string, value?: string) => {
        return `expectValue(${logged ?? plain}, ${value}, ${JSON.stringify(value)});`;
      },
    );
  return `{\n${body}\n}`;
}

const prelude = `
import { inspect, isDeepStrictEqual } from 'node:util';
let checks = 0;
function expectValue(value, expected, text) {
  checks++;
  if (!isDeepStrictEqual(value, expected) && String(value) !== text)
    throw new Error('expected ' + text + ', received ' + inspect(value));
}
`;

/** Runs blocks as a user would: in Node, importing the package by its name. */
function run(blocks: readonly string[]) {
  const code = `${prelude}${blocks.map(script).join('\n')}\nconsole.log('checked', checks);`;
  const args = ['--conditions=@protonorm/source', '--input-type=module-typescript', '--eval', code];
  return spawnSync(process.execPath, args, { cwd: packageDir, encoding: 'utf8' });
}

describe('examples', () => {
  it('of the README run and show the values that they say', () => {
    const blocks = examplesOf(readFileSync(join(packageDir, 'README.md'), 'utf8'));
    const { stdout, stderr } = run(blocks);
    expect(stderr).toBe('');
    expect(stdout).toContain('client  0 1 2 3 4 5 6 7 8 9');
    expect(stdout).toContain('checked 2');
  });

  it('of the doc comments run and show the values that they say', () => {
    const blocks = sources.flatMap((file) => examplesOf(readFileSync(file, 'utf8')));
    const { stdout, stderr } = run(blocks);
    expect(stderr).toBe('');
    expect(blocks.length).toBeGreaterThanOrEqual(14);
    expect(Number(/checked (\d+)/.exec(stdout)?.[1])).toBeGreaterThanOrEqual(blocks.length);
  });
});

/** A source file without its comment blocks. */
const codeOf = (file: string) => readFileSync(file, 'utf8').replace(/\/\*.*?\*\//gs, '');

describe('the main entry', () => {
  it('reaches no Node API, so that it runs in browsers', () => {
    const seen = new Set<string>();
    const foreign = new Set<string>();
    const visit = (file: string): void => {
      if (seen.has(file)) return;
      seen.add(file);
      for (const [, from] of codeOf(file).matchAll(/from '(.*?)'/g)) {
        if (from.startsWith('.')) visit(join(file, '..', from));
        else foreign.add(from);
      }
    };
    visit(join(import.meta.dirname, 'index.ts'));
    expect([...foreign]).toEqual(['@protonorm/tensor']);
    expect(seen.size).toBeGreaterThan(20);
    for (const file of seen) expect(codeOf(file)).not.toMatch(/\b(Buffer|process|require)\b[.(]/);
  });
});
