import { join } from 'node:path';
import { ProtoNormError } from '@protonorm/tensor';
import { z } from 'zod';
import { recipeSchema, type Recipe } from '../recipe/recipe-schema.ts';
import type { CaseVerdict, StrategyStatistics, SummaryRow } from './case-statistics.ts';
import type { Comparison } from './comparison-folder.ts';
import { readJson } from './run-folder.ts';

/** Version of the `comparison.json` of a comparison over several cases. */
export const CASES_FORMAT = 'protonorm-comparison-2';

/** A case as it was begun. */
export interface BegunCase {
  readonly name: string;
  /** Complete, with the compared strategies. */
  readonly recipe: Recipe;
  readonly seeds: readonly number[];
  /** Why it is left out; null = it is compared. */
  readonly skipped: string | null;
}

/** A case with its outcome, so far as it has ended. */
export interface ComparedCase extends BegunCase {
  readonly runs: Comparison['runs'];
  readonly strategies: readonly StrategyStatistics[];
  readonly verdict: CaseVerdict | null;
}

/** `comparison.json` of a comparison over several cases; without clock times and machine. */
export interface CasesComparison {
  readonly format: typeof CASES_FORMAT;
  /** Name of the recipe. */
  readonly name: string;
  /** The strategy that is compared with the others, by its label. */
  readonly focus: string;
  /** Outcomes are empty until all runs of the case have ended. */
  readonly cases: readonly ComparedCase[];
  /** Over the cases that have ended. */
  readonly summary: readonly SummaryRow[];
}

const begunSchema = z.object({
  name: z.string(),
  focus: z.string(),
  cases: z
    .array(
      z.object({
        name: z.string().min(1),
        recipe: recipeSchema,
        seeds: z.array(z.number().int()).min(1),
        skipped: z.string().nullable(),
      }),
    )
    .min(1),
});

/** What a comparison over several cases was begun with. */
export interface BegunComparison {
  readonly name: string;
  readonly focus: string;
  readonly cases: readonly BegunCase[];
}

/**
 * What a comparison over several cases was begun with; undefined when the folder holds another one, or none.
 *
 * @throws `invalid-run` when it is damaged
 */
export async function readCasesComparison(folder: string): Promise<BegunComparison | undefined> {
  const path = join(folder, 'comparison.json');
  const value = await readJson(path);
  const format = (value as { readonly format?: unknown } | null)?.format;
  if (format !== CASES_FORMAT) return undefined;
  const result = begunSchema.safeParse(value);
  if (result.success) return result.data;
  const [{ path: place, message }] = result.error.issues;
  throw new ProtoNormError('invalid-run', `${path} is damaged: '${place.join('.')}': ${message}.`, {
    received: format,
    cause: result.error,
    hint: 'Put it back from a copy, or begin anew.',
  });
}
