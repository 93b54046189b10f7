import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Recipe, RunManifest, RunResults } from 'protonorm';
import type { CaseOutcome, Outcome, RunOutcome, StrategyOutcome } from './outcome.ts';

/** What is read of the `comparison.json` of a recipe with cases. */
export interface Comparison {
  readonly name: string;
  readonly cases: readonly {
    readonly name: string;
    readonly recipe: Recipe;
    readonly seeds: readonly number[];
    readonly skipped: string | null;
    readonly runs: readonly { readonly label: string; readonly seed: number }[];
  }[];
}

/** Reads `comparison.json`; undefined when the comparison has not been begun. */
export function readComparison(folder: string): Comparison | undefined {
  const path = join(folder, 'comparison.json');
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Comparison) : undefined;
}

/** The numbers of a comparison that has ended, without clock times and paths. */
export function readOutcome(folder: string): Outcome {
  const comparison = readComparison(folder)!;
  return {
    recipe: comparison.name,
    seeds: comparison.cases[0].seeds,
    cases: comparison.cases.map((one): CaseOutcome => {
      const { name, recipe, skipped, runs } = one;
      const read = runs.map(({ label, seed }) => ({
        label,
        ...readRun(runFolder(folder, { name, label, seed })),
      }));
      const labels = [...new Set(runs.map(({ label }) => label))];
      return {
        name,
        skipped: skipped !== null,
        dataset: [recipe.dataset].flat()[0].name,
        features: recipe.features,
        rounds: recipe.rounds,
        participation: recipe.participation,
        prototypes: recipe.prototypes,
        clients: read[0]?.clients ?? 0,
        strategies: labels.map((label): StrategyOutcome => ({
          label,
          runs: read.filter((run) => run.label === label).map(({ run }) => run),
        })),
      };
    }),
  };
}

/** The folder of a run in that of a comparison with cases. */
export function runFolder(
  folder: string,
  { name, label, seed }: { readonly name: string; readonly label: string; readonly seed: number },
): string {
  return join(folder, name, `${label.replaceAll(/[^\w.-]+/g, '-')}-seed${seed}`);
}

function readRun(folder: string): { readonly clients: number; readonly run: RunOutcome } {
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as RunManifest;
  const path = join(folder, 'results.json');
  const { seed, clients } = manifest;
  if (!existsSync(path)) {
    const none = { last5: null, best: null, bytesUp: null, bytesDown: null, curve: [], byModel: {} };
    return { clients: clients.length, run: { seed, ...none } };
  }
  const { summary, history } = JSON.parse(readFileSync(path, 'utf8')) as RunResults;
  return {
    clients: clients.length,
    run: {
      seed,
      last5: rounded(summary.last5),
      best: rounded(summary.best),
      bytesUp: Math.round(summary.bytesUpPerClientRound),
      bytesDown: Math.round(summary.bytesDownPerClientRound),
      curve: history.evaluations.map(({ accuracy }) => rounded(accuracy)),
      byModel: byModel(clients, history),
    },
  };
}

function byModel(
  clients: RunManifest['clients'],
  { evaluations }: RunResults['history'],
): Readonly<Record<string, number>> {
  const last = evaluations.slice(-5);
  const models = [...new Set(clients.map(({ model }) => model))];
  return Object.fromEntries(
    models.flatMap((model) => {
      const own = clients.filter((client) => client.model === model);
      const counts = last.flatMap(({ perClient }) => own.flatMap(({ id }) => perClient[id] ?? []));
      const samples = counts.reduce((sum, count) => sum + count.samples, 0);
      if (samples === 0) return [];
      return [[model, rounded(counts.reduce((sum, { correct }) => sum + correct, 0) / samples)!] as const];
    }),
  );
}

/** Six decimals: one test sample in a million. */
function rounded(value: number | null): number | null {
  return value === null ? null : Number(value.toFixed(6));
}
