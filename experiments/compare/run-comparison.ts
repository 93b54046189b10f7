import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { loadRecipe, parseRecipe, recipeCases, type Recipe } from 'protonorm';
import type { Context } from '../experiment.ts';
import type { Outcome } from './outcome.ts';
import { readComparison, readOutcome } from './read-outcome.ts';

const program = fileURLToPath(new URL('../../packages/protonorm/bin/protonorm.js', import.meta.url));

/** A run was stopped by the user. */
export class Interrupted extends Error {}

/** What a quick version leaves of a recipe. */
export interface Shortened {
  readonly cases: readonly string[];
  readonly strategies: readonly string[];
}

/**
 * Runs `protonorm compare` with a recipe of `recipes/two-cores` in the folder of the experiment, or goes on with it there.
 *
 * @param quick - what is left of the recipe in the quick version, which has one seed and two rounds
 * @throws `Error` when the folder was begun with another recipe, or the command fails; {@link Interrupted}
 */
export async function runComparison(name: string, context: Context, quick: Shortened): Promise<Outcome> {
  const { folder, skipMissing, say } = context;
  const packaged = `two-cores/${name}`;
  const whole = await loadRecipe(packaged);
  const recipe = context.quick ? shortened(whole, quick) : whole;
  const begun = readComparison(folder);
  const flags = skipMissing ? ['--skip-missing'] : [];
  if (begun === undefined) {
    say(`runs in ${folder}`);
    const from = context.quick ? recipeFile(`${folder}.recipe.json`, recipe) : packaged;
    await protonorm(['compare', '--recipe', from, '--out', folder, ...flags]);
  } else {
    const wanted = recipeCases(recipe).map((one) => one.recipe);
    const found = begun.cases.map((one) => one.recipe);
    if (!isDeepStrictEqual(wanted.map(comparable), found.map(comparable)))
      throw new Error(`${folder} was begun with another recipe: remove it to begin anew.`);
    say(`goes on in ${folder}`);
    await protonorm(['compare', '--resume', folder, ...flags]);
  }
  return readOutcome(folder);
}

/** A recipe as JSON gives it back, without what the machine adds when it begins. */
function comparable(recipe: Recipe): unknown {
  return JSON.parse(JSON.stringify({ ...recipe, backend: undefined }));
}

function shortened(recipe: Recipe, { cases, strategies }: Shortened): Recipe {
  const kept = recipe.strategies.filter(({ id, label = id }) => strategies.includes(label));
  return parseRecipe(
    {
      ...recipe,
      rounds: 2,
      seeds: [1],
      focus: strategies.at(-1),
      strategies: kept,
      cases: recipe
        .cases!.filter((one) => cases.includes(one.name))
        .map(({ rounds: _rounds, seeds: _seeds, ...one }) => one),
    },
    `${recipe.name}, quick`,
  );
}

function recipeFile(path: string, recipe: Recipe): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify(recipe));
  return path;
}

/** Its tables go to standard error: standard output is for what the experiment says. */
async function protonorm(args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 2, 2] });
  // Ctrl-C reaches both processes: this one waits until the other has written what it has.
  const wait = (): void => undefined;
  process.on('SIGINT', wait);
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('exit', resolve);
    });
    if (code === 130) throw new Interrupted('Stopped. Go on by the same command.');
    if (code !== 0) throw new Error(`protonorm ${args.join(' ')} ended with ${code ?? 'a signal'}.`);
  } finally {
    process.off('SIGINT', wait);
  }
}
