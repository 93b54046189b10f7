import { readdirSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import * as tensor from '@protonorm/tensor';
import { expect, it, vi } from 'vitest';
import * as backendTfjs from './index.ts';

// The examples of the README and of the docstrings; lines `expression; // => value` are checked.

const modules: Readonly<Record<string, object>> = {
  '@protonorm/backend-tfjs': backendTfjs,
  '@protonorm/tensor': tensor,
};
const folder = new URL('../', import.meta.url);

function fences(file: string): string[] {
  const text = readFileSync(new URL(file, folder), 'utf8').replaceAll(/^ *\* ?/gm, '');
  return [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code);
}

async function run(code: string): Promise<number> {
  const script = stripTypeScriptTypes(code)
    .replaceAll(
      /^import \{(.*?)\} from '(.*?)';$/gm,
      (_, names: string, from: string) => `const {${names}} = modules['${from}'];`,
    )
    .replaceAll(
      /^(.*); \/\/ => (.*)$/gm,
      (_, expression: string, value: string) => `check(${expression}, ${value});`,
    );
  let checks = 0;
  const check = (actual: unknown, expected: unknown): void => {
    expect(actual).toEqual(expected);
    checks++;
  };
  const AsyncFunction = (async () => undefined).constructor as new (
    ...parts: string[]
  ) => (...values: unknown[]) => Promise<void>;
  await new AsyncFunction('modules', 'check', script)(modules, check);
  return checks;
}

const sources = readdirSync(new URL('src/', folder), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .map((file) => `src/${file.replaceAll('\\', '/')}`)
  .filter((file) => fences(file).length > 0);

it.each(['README.md', ...sources])('the examples of %s', async (file) => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  try {
    for (const code of fences(file)) expect(await run(code)).toBeGreaterThan(0);
  } finally {
    log.mockRestore();
  }
});
