/**
 * Goal 12: after how many rounds with targets a run on digits is warned of its scale, if it is. Prints the figures as JSON.
 * Ten clients, by the recipe failures/divergence with other scales, seeds and models.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadRecipe } from 'protonorm';

/** What is asked for. */
export interface ScaleCase {
  readonly scale: number;
  readonly rounds: number;
  readonly seeds: number;
  readonly models: string;
}

interface Printed {
  readonly runs: readonly {
    readonly warnings: readonly { readonly code: string; readonly firstRound: number }[];
  }[];
}

const program = fileURLToPath(new URL('../../packages/protonorm/bin/protonorm.js', import.meta.url));

const { scale, rounds, seeds, models } = JSON.parse(process.argv[2]) as ScaleCase;
const whole = await loadRecipe('failures/divergence');
const recipe = {
  ...whole,
  models,
  rounds,
  seed: undefined,
  seeds: Array.from({ length: seeds }, (_, s) => s + 1),
  strategies: [{ id: 'protonorm-reference', label: `scale-${scale}`, hyper: { scale } }],
};
const { runs } = compare(recipe);
if (runs.length !== seeds) throw new Error(`${runs.length} runs of ${seeds}`);
const told = runs.map(({ warnings }) => warnings.filter(({ code }) => code !== 'prototype-overlap'));
// Rounds count from 0, and have no targets in the first: its number is that of the rounds with targets before it, and its own.
const first = told.map((warnings) => Math.min(...warnings.map(({ firstRound }) => firstRound)));
const codes = [...new Set(told.flat().map(({ code }) => code))].sort();
console.log(
  JSON.stringify({
    on: 'protonorm compare',
    warned: told.filter(({ length }) => length > 0).length,
    ...(first.every(Number.isFinite) && { roundsToWarning: Math.max(...first) }),
    note: [`of ${seeds} partitions`, `${rounds} rounds`, ...codes].join(', '),
  }),
);

function compare(of: object): Printed {
  const folder = mkdtempSync(join(tmpdir(), 'upscaling-'));
  try {
    const file = join(folder, 'recipe.json');
    writeFileSync(file, JSON.stringify(of));
    const { status, stdout, stderr, error } = spawnSync(
      process.execPath,
      ['--conditions=@protonorm/source', program, 'compare', '--recipe', file, '--json'],
      { encoding: 'utf8', cwd: folder, maxBuffer: 2 ** 28 },
    );
    if (error !== undefined) throw error;
    if (status !== 0) throw new Error(`compare ended with ${status}:\n${stderr}`);
    return JSON.parse(stdout) as Printed;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
