import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isProtoNormError, ProtoNormError } from '@protonorm/tensor';
import { chooseExecution, type Execution } from '../cli/choose-execution.ts';
import { chosenCases } from '../cli/chosen-cases.ts';
import { seedsOf, type CompareFlagValues } from '../cli/compare-flags.ts';
import { applyFlags } from '../cli/run-flags.ts';
import { quoted } from '../cli/shell-text.ts';
import { CASES_NOTES, casesTable, verdictLine } from '../output/cases-text.ts';
import { createComparisonProgress, type PlannedRun } from '../output/comparison-progress.ts';
import { comparisonTable, type ComparedRun } from '../output/comparison-table.ts';
import { profileText } from '../output/profile-text.ts';
import { SUMMARY_NOTES } from '../output/summary-table.ts';
import { warningsText } from '../output/warnings-text.ts';
import { writeWholeFile } from '../output/write-whole-file.ts';
import type { Recipe } from '../recipe/recipe-schema.ts';
import { caseVerdict, strategyStatistics, summaryRows } from '../run/case-statistics.ts';
import {
  CASES_FORMAT,
  type BegunCase,
  type BegunComparison,
  type CasesComparison,
  type ComparedCase,
} from '../run/cases-comparison.ts';
import { planRuns, runCompared } from '../run/compared-run.ts';
import { comparedRecord, runFolderName } from '../run/comparison-folder.ts';
import { writeReport } from '../run/report-input.ts';
import { claimEmptyFolder, freshFolder, readProfile, writeJson } from '../run/run-folder.ts';
import type { RunPlan } from '../run/run-plan.ts';
import { strategyEntry } from '../run/strategy-entry.ts';

interface Context {
  readonly flags: CompareFlagValues;
  /** The command as it was given, for the reports. */
  readonly command: string;
  readonly signal: AbortSignal;
  readonly now: () => number;
}

/** What is asked for, before anything was looked at. */
interface AskedCases {
  readonly root: string | undefined;
  readonly name: string;
  readonly focus: string | undefined;
  readonly cases: readonly BegunCase[];
}

/** `protonorm compare` with a recipe that has cases: all strategies with all seeds in each of them. */
export async function compareCases(recipe: Recipe, context: Context): Promise<void> {
  const { flags } = context;
  const cases = chosenCases(recipe, flags.case);
  const moved = (['dataset', 'data-dir', 'data-file', 'data-meta', 'partition'] as const).find(
    (name) => flags[name] !== undefined,
  );
  if (moved !== undefined && cases.length > 1) {
    throw new ProtoNormError('invalid-argument', `--${moved} would give all cases the same samples.`, {
      received: flags[moved],
      hint: `Choose one by --case: ${cases.map(({ name }) => name).join(', ')}.`,
    });
  }
  const names = flags.strategies?.split(',').map((name) => name.trim());
  const asked = cases.map(({ name, recipe: plain }) => {
    const changed = applyFlags(plain, flags);
    const strategies = names?.map((strategy) => strategyEntry(changed, strategy)) ?? changed.strategies;
    return { name, recipe: { ...changed, strategies }, seeds: seedsOf(changed, flags), skipped: null };
  });
  // Where --strategies leaves the one in focus out, the last one is.
  const left = names !== undefined && recipe.focus !== undefined && !names.includes(recipe.focus);
  const focus = left ? undefined : recipe.focus;
  await executeCases({ root: undefined, name: recipe.name, focus, cases: asked }, context);
}

/** `protonorm compare --resume` in the folder of such a comparison. Skipped cases whose data are there now are not any more. */
export async function resumeCases(root: string, begun: BegunComparison, context: Context): Promise<void> {
  await executeCases({ ...begun, root }, context);
}

async function executeCases(asked: AskedCases, context: Context): Promise<void> {
  const { flags, signal, now } = context;
  const checked = await checkCases(asked, context);
  const backend = flags.backend ?? checked.cases[0].recipe.backend;
  const execution = await chooseExecution({ backend, workers: flags.workers }, { signal });
  const root = asked.root ?? flags.out ?? (await freshFolder(join('runs', `compare-${asked.name}`)));
  if (asked.root === undefined) await claimEmptyFolder(root);
  const cases = checked.cases.map((begun) => withoutOutcome(begun, execution));
  const file = join(root, 'comparison.json');
  const write = async (): Promise<CasesComparison> => {
    const comparison = comparisonOf({ name: asked.name, focus: checked.focus, cases });
    await writeJson(file, comparison);
    return comparison;
  };
  if (asked.root === undefined) await write();
  const there = cases.filter(({ skipped }) => skipped === null).length;
  process.stderr.write(
    `${checked.planned.length} runs in ${there} of ${cases.length} cases; backend ${execution.backend.name}: ${execution.why}\n`,
  );
  for (const { name, skipped } of cases)
    if (skipped !== null) process.stderr.write(`${name}: skipped. ${skipped}\n`);
  const progress = createComparisonProgress(checked.planned, { now });
  const reports: string[] = [];
  for (const [i, entry] of cases.entries()) {
    if (entry.skipped !== null) continue;
    const { runs, report } = await executeCase(entry, { ...context, root, execution, progress }).catch(
      (error: unknown) => {
        if (signal.aborted)
          process.stderr.write(`Stopped. Go on by: protonorm compare --resume ${quoted(root)}\n`);
        throw error;
      },
    );
    reports.push(report);
    const strategies = strategyStatistics(runs);
    cases[i] = {
      ...entry,
      runs: runs.map(comparedRecord),
      strategies,
      verdict: caseVerdict(strategies, checked.focus),
    };
    await write();
    if (flags.json) continue;
    process.stdout.write(
      `${entry.name}\n${comparisonTable(runs, { standardError: true }).text}\n\n${warningsText(runs)}report  ${report}\n\n`,
    );
  }
  const comparison = await write();
  const picture = join(root, 'summary.svg');
  await writePicture(picture, comparison);
  if (flags.json) {
    process.stdout.write(`${JSON.stringify({ folder: root, reports, picture, ...comparison }, null, 2)}\n`);
    return;
  }
  process.stdout.write(
    [
      SUMMARY_NOTES,
      '± in the tables above: standard deviation over seeds; s.e.: standard error of "last 5"',
      '',
      casesTable(comparison.summary, comparison.cases),
      '',
      CASES_NOTES,
      '',
      ...comparison.cases.map(verdictLine),
      '',
      `results ${file}`,
      `picture ${picture}`,
      '',
    ].join('\n'),
  );
}

/** Reads the data of every case and plans its runs, so that what is wrong is told before anything is trained. */
async function checkCases(asked: AskedCases, { flags, signal }: Context) {
  const cases: BegunCase[] = [];
  const planned: PlannedRun[] = [];
  const missing: { readonly name: string; readonly reason: string }[] = [];
  let labels: readonly string[] = [];
  for (const entry of asked.cases) {
    const { name, recipe, seeds } = entry;
    try {
      // Planned again when it is its turn: the data of all cases at once may be more than the memory holds.
      const plans = await planRuns(recipe, seeds, signal);
      labels = [...new Set(plans.map(({ label }) => label))];
      planned.push(
        ...plans.map((plan) => ({
          case: name,
          label: plan.label,
          seed: plan.seed,
          samples: samplesOf(plan),
        })),
      );
      cases.push({ ...entry, skipped: null });
    } catch (error) {
      if (!isProtoNormError(error, 'data-not-found')) throw error;
      if (flags['skip-missing'] !== true && entry.skipped === null)
        missing.push({ name, reason: error.message });
      cases.push({ ...entry, skipped: error.message });
    }
  }
  if (missing.length > 0 || planned.length === 0) throw dataNotFound(missing, cases);
  const { focus = labels.at(-1)! } = asked;
  if (!labels.includes(focus)) {
    throw new ProtoNormError('invalid-recipe', `'focus': there is no strategy '${focus}'.`, {
      received: focus,
      expected: labels,
      hint: `Give one of ${labels.join(', ')}.`,
    });
  }
  return { cases, planned, focus };
}

function dataNotFound(
  missing: readonly { readonly name: string; readonly reason: string }[],
  cases: readonly BegunCase[],
): ProtoNormError {
  const told =
    missing.length > 0 ? missing : cases.map(({ name, skipped }) => ({ name, reason: String(skipped) })); // all are left out: nothing is left
  const there = cases.filter(({ skipped }) => skipped === null).map(({ name }) => name);
  return new ProtoNormError(
    'data-not-found',
    `The data of ${told.length} of ${cases.length} cases are missing; nothing has been trained.\n${told
      .map(({ name, reason }) => `  - ${name}: ${reason.trimEnd().replaceAll('\n', '\n    ')}`)
      .join('\n')}\n`,
    {
      received: told.map(({ name }) => name),
      hint:
        there.length === 0
          ? 'Get the data of at least one case.'
          : `Get them, or go on without them by --skip-missing or --case ${there.join(',')}.`,
    },
  );
}

function samplesOf({ recipe, clients }: RunPlan): number {
  const samples = clients.reduce((sum, { train }) => sum + train.length, 0);
  return samples * recipe.local.epochs * recipe.rounds;
}

function withoutOutcome(begun: BegunCase, { backend }: Execution): ComparedCase {
  const { name, recipe, seeds, skipped } = begun;
  return {
    name,
    // With its build, so that runs that are begun on resuming compute as those before them.
    recipe: { ...recipe, backend: backend.name as Recipe['backend'] },
    seeds,
    skipped,
    runs: [],
    strategies: [],
    verdict: null,
  };
}

function comparisonOf(comparison: Pick<CasesComparison, 'name' | 'focus' | 'cases'>): CasesComparison {
  const ended = comparison.cases.filter(({ strategies }) => strategies.length > 0);
  return { format: CASES_FORMAT, ...comparison, summary: summaryRows(ended) };
}

/** The runs of one case, and their report. */
async function executeCase(
  { name, recipe, seeds }: ComparedCase,
  options: Context & {
    readonly root: string;
    readonly execution: Execution;
    readonly progress: ReturnType<typeof createComparisonProgress>;
  },
): Promise<{ readonly runs: readonly ComparedRun[]; readonly report: string }> {
  const { flags, command, signal, progress, root } = options;
  const folder = join(root, name);
  await mkdir(folder, { recursive: true });
  const runs: ComparedRun[] = [];
  const plans = await planRuns(recipe, seeds, signal);
  for (const plan of plans) {
    process.stderr.write(`${progress.line()}\n`);
    const run = await runCompared(plan, {
      ...options,
      root: folder,
      workers: flags.workers,
      profile: flags.profile === true,
    });
    progress.ended(run.seconds);
    runs.push(run);
  }
  const report = await writeReport(
    plans.filter(({ seed }) => seed === seeds[0]).map((plan) => join(folder, runFolderName(plan))),
    { file: join(folder, 'report.html'), title: recipe.name, command },
  );
  if (flags.profile && !flags.json) {
    for (const plan of plans) {
      const profile = await readProfile(join(folder, runFolderName(plan)));
      if (profile !== undefined)
        process.stdout.write(`${name}, ${plan.label}, seed ${plan.seed}\n${profileText(profile)}\n`);
    }
  }
  return { runs, report };
}

async function writePicture(file: string, { name, cases, summary }: CasesComparison): Promise<void> {
  const { renderSummaryPlot } = await import('@protonorm/studio');
  const shown = cases.filter(({ skipped }) => skipped === null).map((entry) => entry.name);
  const svg = renderSummaryPlot({
    title: `${name}: accuracy over the last five rounds, ± standard error`,
    cases: shown,
    strategies: summary.map(({ label, cases: found }) => ({
      label,
      values: shown.map((key) => {
        const statistics = found[key] ?? null;
        return statistics && { mean: statistics.mean, error: statistics.standardError };
      }),
    })),
  });
  await writeWholeFile(file, svg);
}
