import { join } from 'node:path';
import type { RunSummary, WarningSummary } from '@protonorm/protocol';
import { ProtoNormError } from '@protonorm/tensor';
import { z } from 'zod';
import type { ComparedRun } from '../output/comparison-table.ts';
import { recipeSchema, type Recipe } from '../recipe/recipe-schema.ts';
import { readJson, type RunResults } from './run-folder.ts';
import type { RunPlan } from './run-plan.ts';

/** Version of `comparison.json`. */
export const COMPARISON_FORMAT = 'protonorm-comparison-1';

/** `comparison.json`: what is compared, and, when all is done, the outcome; without clock times and machine. */
export interface Comparison {
  readonly format: typeof COMPARISON_FORMAT;
  /** With the compared strategies. */
  readonly recipe: Recipe;
  readonly seeds: readonly number[];
  /** Empty until all runs have ended. */
  readonly runs: readonly {
    readonly label: string;
    readonly seed: number;
    readonly status: 'finished' | 'diverged';
    readonly summary: RunSummary | null;
    readonly sha256: RunResults['sha256'] | null;
    /** What the run warned of; of one that diverged, until then. */
    readonly warnings: readonly WarningSummary[];
  }[];
}

const begunSchema = z.object({ recipe: recipeSchema, seeds: z.array(z.number().int()).min(1) });

/**
 * What a comparison was begun with.
 *
 * @throws `invalid-run` when the folder holds none, or one of another version
 */
export async function readComparison(folder: string): Promise<Pick<Comparison, 'recipe' | 'seeds'>> {
  const path = join(folder, 'comparison.json');
  const value = await readJson(path);
  const format = (value as { readonly format?: unknown } | null)?.format;
  const result = begunSchema.safeParse(value);
  if (format === COMPARISON_FORMAT && result.success) return result.data;
  const problem =
    format === COMPARISON_FORMAT
      ? `is damaged: '${result.error!.issues[0].path.join('.')}': ${result.error!.issues[0].message}`
      : `has the format '${String(format)}', this version writes '${COMPARISON_FORMAT}'`;
  throw new ProtoNormError('invalid-run', `${path} ${problem}.`, {
    received: format,
    expected: COMPARISON_FORMAT,
    hint: 'Use the version of protonorm that began it, or begin anew.',
  });
}

/** What `comparison.json` says of a run. */
export function comparedRecord(run: ComparedRun): Comparison['runs'][number] {
  const { label, seed, status, results, warnings } = run;
  return {
    label,
    seed,
    status,
    summary: results?.summary ?? null,
    sha256: results?.sha256 ?? null,
    warnings,
  };
}

/** The folder of a run below that of its comparison. */
export function runFolderName({ label, seed }: Pick<RunPlan, 'label' | 'seed'>): string {
  return `${label.replaceAll(/[^\w.-]+/g, '-')}-seed${seed}`;
}

/** @throws `invalid-recipe` when two runs would have one folder */
export function checkLabels(plans: readonly Pick<RunPlan, 'label' | 'seed'>[]): void {
  const names = plans.map(runFolderName);
  const twice = names.findIndex((name, i) => names.indexOf(name) !== i);
  if (twice < 0) return;
  const { label, seed } = plans[twice];
  throw new ProtoNormError('invalid-recipe', `Two runs are called '${label}' with seed ${seed}.`, {
    received: names,
    hint: "Give each strategy its own 'label' of letters, digits and dashes, and each seed once.",
  });
}
