import { readdirSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import * as tensor from '@protonorm/tensor';
import { describe, expect, it } from 'vitest';
import * as models from './index.ts';

/** What the examples may import. */
const modules: Readonly<Record<string, object>> = {
  '@protonorm/models': models,
  '@protonorm/tensor': tensor,
};
const folder = new URL('../', import.meta.url);

function fences(file: string): string[] {
  const text = readFileSync(new URL(file, folder), 'utf8').replaceAll(/^ *\* ?/gm, '');
  return [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code);
}

/** Runs an example; `expression; // => value` lines become checks. Returns how many there were. */
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

describe('examples', () => {
  it.each(['README.md', ...sources])('%s', async (file) => {
    for (const code of fences(file)) expect(await run(code)).toBeGreaterThan(0);
  });
});

describe('the README', () => {
  const readme = readFileSync(new URL('README.md', folder), 'utf8');

  it('has the table of models as describeModel gives it', () => {
    const number = new Intl.NumberFormat('en');
    const rows = models.modelNames.map((name) => {
      const { typicalInput, summary, reference = 'ours' }: models.ModelEntry = models.modelCatalogue[name];
      const spec = models.createModel(name, { input: typicalInput, classes: 10 });
      const { parameters, multiplyAdds } = models.describeModel(spec);
      const input = typicalInput.join('x');
      return `| \`${name}\` | ${summary} | ${reference} | ${input} | ${number.format(parameters)} | ${number.format(multiplyAdds)} |`;
    });
    expect(rowsAfter(readme, '| model |')).toEqual(rows);
  });

  it('has the table of families', () => {
    const rows = models.familyNames.map(
      (name) => `| \`${name}\` | ${models.modelFamilies[name].map((model) => `\`${model}\``).join(', ')} |`,
    );
    expect(rowsAfter(readme, '| family |')).toEqual(rows);
  });

  it('fits a screen or two', () => {
    expect(readme.split('\n').length).toBeLessThanOrEqual(120);
  });
});

/** The rows of the table that begins with a header, with single spaces. */
function rowsAfter(text: string, header: string): string[] {
  const lines = text.split('\n').map((line) => line.replaceAll(/ +/g, ' '));
  const start = lines.findIndex((line) => line.startsWith(header)) + 2;
  const length = lines.slice(start).findIndex((line) => !line.startsWith('|'));
  return lines.slice(start, start + length);
}
