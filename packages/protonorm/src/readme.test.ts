import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { backendNames, backendTable } from './backend/backend-table.ts';
import { workplace, type Workplace } from './cli/cli.test-support.ts';
import { align } from './commands/align.ts';
import { compare } from './commands/compare.ts';
import { data } from './commands/data.ts';
import { doctor } from './commands/doctor.ts';
import { join } from './commands/join.ts';
import { partition } from './commands/partition.ts';
import { report } from './commands/report.ts';
import { run } from './commands/run.ts';
import { serve } from './commands/serve.ts';
import { recipeNames } from './recipe/load-recipe.ts';
import { parseRecipe } from './recipe/parse-recipe.ts';
import { recipeCases } from './recipe/recipe-cases.ts';
import { recipeSchema } from './recipe/recipe-schema.ts';

const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
const block = (language: string): string => readme.split(`\`\`\`${language}\n`)[1].split('```')[0];
const rows = (from: string): string[][] =>
  readme
    .slice(readme.indexOf(from))
    .split('\n\n## ')[0]
    .split('\n')
    .filter((line) => line.startsWith('| `') || line.startsWith('| both'))
    .map((line) => line.split('|').map((cell) => cell.trim()));

describe('the examples of the README', () => {
  let place: Workplace;
  beforeAll(async () => {
    place = await workplace();
  });
  afterAll(() => place[Symbol.asyncDispose]());

  it('all run, one after the other, in an empty folder', async () => {
    const commands = block('sh')
      .split('\n')
      .filter(Boolean)
      .map((line) => line.replace(/#.*/, '').trim().split(/\s+/));
    expect(commands.length).toBeGreaterThan(8);
    for (const [npx, program, ...args] of commands) {
      expect([npx, program]).toEqual(['npx', 'protonorm']);
      const { code, stderr } = await place.run(...args);
      expect({ args, code, stderr: code === 0 ? '' : stderr }).toEqual({ args, code: 0, stderr: '' });
    }
  });

  it('its recipe is valid', () => {
    const recipe = parseRecipe(parseYaml(block('yaml')), 'of the README');
    expect(recipe.strategies).toHaveLength(2);
    const cases = recipeCases(parseRecipe(parseYaml(block('yml')), 'of the README'));
    expect(cases.map(({ recipe: { local } }) => local.batchSize)).toEqual([32, 32, 64]);
  });
});

describe('the tables of the README', () => {
  it('name every flag of every command, and no other', () => {
    const table = new Map(
      rows('## Commands and flags').map(([, name, flags]) => [
        name.replaceAll('`', ''),
        Array.from(flags.split('all but')[0].matchAll(/`--([\w-]+)`/g), ([, flag]) => flag),
      ]),
    );
    const both = table.get('both')!;
    const shared: Readonly<Record<string, readonly string[]>> = {
      run: both,
      compare: both,
      serve: both.filter((flag) => !['workers', 'profile', 'drop-out-rate', 'out'].includes(flag)),
    };
    for (const command of [run, compare, data, partition, align, report, doctor, serve, join]) {
      const { name } = command.meta as { name: string };
      const defined = Object.entries(command.args as Record<string, { type: string }>)
        .filter(([flag, { type }]) => type !== 'positional' && flag !== 'json')
        .map(([flag]) => flag);
      const told = [...table.get(name)!, ...(shared[name] ?? [])];
      expect([name, told.sort()]).toEqual([name, defined.sort()]);
    }
  });

  it('name every backend, and what it is', () => {
    const told = rows('<!-- backends').map(([, name, what]) => [name.replaceAll('`', ''), what]);
    const expected = backendNames.map((name) => [name, backendTable[name].summary]);
    expect(told.slice(2)).toEqual(expected); // behind the header and 'auto'
  });

  it('name every key of a recipe with its default, and no other', () => {
    const told = rows('## Recipes').map(([, key, , byDefault]) => [
      key.replaceAll('`', ''),
      byDefault.replace('required', ''),
    ]);
    const keys = new Map<string, Set<string>>();
    collect(z.toJSONSchema(recipeSchema, { io: 'input' }) as unknown as Schema, '', keys);
    const expected = Array.from(keys, ([key, defaults]) => [key, [...defaults].join(', ')]);
    expect(told.sort()).toEqual(expected.sort());
  });

  it('name every key of a case', () => {
    const [, , what] = rows('## Recipes').find(([, key]) => key === '`cases`')!;
    const told = Array.from(what.matchAll(/`(\w+)`/g), ([, key]) => key);
    expect(told.sort()).toEqual(Object.keys(recipeSchema.shape.cases.unwrap().element.shape).sort());
  });

  it('name the built-in recipes', async () => {
    for (const name of await recipeNames()) expect(readme).toContain(`\`${name}\``);
  });
});

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly items?: Schema;
  readonly default?: unknown;
}

/** The paths of all keys that hold a value, with their defaults. */
function collect(schema: Schema, path: string, keys: Map<string, Set<string>>): void {
  const branches = [
    ...(schema.anyOf ?? []),
    ...(schema.oneOf ?? []),
    ...(schema.items ? [schema.items] : []),
  ];
  for (const branch of branches) collect(branch, path, keys);
  for (const [key, inner] of Object.entries(schema.properties ?? {})) {
    const inside = path === '' ? key : `${path}.${key}`;
    // Keys of a case are those of the top level.
    if (hasKeys(inner) && inside !== 'cases') {
      collect(inner, inside, keys);
      continue;
    }
    const defaults = keys.get(inside) ?? new Set();
    if (inner.default !== undefined && typeof inner.default !== 'object') defaults.add(String(inner.default));
    keys.set(inside, defaults);
  }
}

function hasKeys({ properties, anyOf = [], oneOf = [], items }: Schema): boolean {
  return properties !== undefined || [...anyOf, ...oneOf, ...(items ? [items] : [])].some(hasKeys);
}
