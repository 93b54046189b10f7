import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { defineCommand } from 'citty';
import { isProtoNormError, ProtoNormError, type Dataset } from '@protonorm/tensor';
import { chooseExecution, type Execution } from '../cli/choose-execution.ts';
import { integerListFlag } from '../cli/flag-values.ts';
import { interruptSignal } from '../cli/interrupt.ts';
import { resumedExecution } from '../cli/resumed-execution.ts';
import { applyFlags, runFlags } from '../cli/run-flags.ts';
import { quoted } from '../cli/shell-text.ts';
import { comparisonTable, type ComparedRun } from '../output/comparison-table.ts';
import { profileText } from '../output/profile-text.ts';
import { SUMMARY_NOTES, verdict } from '../output/summary-table.ts';
import { loadRecipe } from '../recipe/load-recipe.ts';
import type { Recipe } from '../recipe/recipe-schema.ts';
import {
  checkLabels,
  COMPARISON_FORMAT,
  readComparison,
  runFolderName,
  type Comparison,
} from '../run/comparison-folder.ts';
import { loadRunData } from '../run/load-data.ts';
import { partitionRecord, writeReport } from '../run/report-input.ts';
import { resumeRun } from '../run/resume-run.ts';
import {
  claimEmptyFolder,
  exists,
  freshFolder,
  readProfile,
  readResults,
  writeJson,
} from '../run/run-folder.ts';
import { planRun, type RunPlan } from '../run/run-plan.ts';
import { runWithProgress, writeManifest } from '../run/start-run.ts';
import { strategyEntry } from '../run/strategy-entry.ts';

const args = {
  ...runFlags,
  strategies: {
    type: 'string',
    description: "Strategies a,b,c by label, id or path of a module. Default: all of the recipe's.",
    valueHint: 'ids',
  },
  seeds: {
    type: 'string',
    description: "Seeds 1,2,3; each draws its own partition. Default: the recipe's.",
    valueHint: 'list',
  },
  seed: { type: 'string', description: 'The same as --seeds with one seed.', valueHint: 'n' },
  resume: {
    type: 'string',
    description: 'Go on with the comparison in this folder; without a value, in that of --out.',
    valueHint: 'dir',
  },
} as const;

type Flags = { readonly [K in Exclude<keyof typeof args, 'json' | 'profile'>]?: string | undefined };

interface Context {
  readonly signal: AbortSignal;
  readonly now: () => number;
}

/** `protonorm compare`: several strategies on the same partition, the same first weights, the same seeds. */
export const compare = defineCommand({
  meta: {
    name: 'compare',
    description: 'Run several strategies on the same partitions and seeds, with one table and one report.',
  },
  args,
  async run({ args: flags, rawArgs }) {
    using interrupt = interruptSignal();
    const { signal } = interrupt;
    const now = Date.now; // eslint-disable-line no-restricted-properties -- the one clock of the command line
    const context = { signal, now };
    const {
      root,
      recipe: asked,
      seeds,
      plans,
    } = flags.resume === undefined ? await begin(flags, context) : await goOn(flags, context);
    const execution = await chooseExecution(
      { backend: flags.backend ?? asked.backend, workers: flags.workers },
      { signal },
    );
    // With its build, so that runs that are begun on resuming compute as those before them.
    const recipe: Recipe = { ...asked, backend: execution.backend.name as Recipe['backend'] };
    const begun: Comparison = { format: COMPARISON_FORMAT, recipe, seeds, runs: [] };
    if (flags.resume === undefined) {
      await claimEmptyFolder(root);
      await writeJson(join(root, 'comparison.json'), begun);
    }
    process.stderr.write(
      `${plans.length} runs on ${recipe.dataset.name}, ${plans[0].clients.length} clients; backend ${execution.backend.name}: ${execution.why}\n`,
    );
    const compared: ComparedRun[] = [];
    try {
      for (const plan of plans)
        compared.push(
          await runOne(plan, { ...context, root, execution, flags, profile: flags.profile === true }),
        );
    } catch (error) {
      if (signal.aborted)
        process.stderr.write(`Stopped. Go on by: protonorm compare --resume ${quoted(root)}\n`);
      throw error;
    }
    const report = await writeReport(
      plans.filter(({ seed }) => seed === seeds[0]).map((plan) => join(root, runFolderName(plan))),
      {
        file: join(root, 'report.html'),
        title: recipe.name,
        command: `protonorm compare ${rawArgs
          .filter((arg) => arg !== '--')
          .map(quoted)
          .join(' ')}`.trim(),
      },
    );
    const comparison: Comparison = {
      ...begun,
      runs: compared.map(({ label, seed, status, results }) => ({
        label,
        seed,
        status,
        summary: results?.summary ?? null,
        sha256: results?.sha256 ?? null,
      })),
    };
    await writeJson(join(root, 'comparison.json'), comparison);
    if (flags.json) {
      process.stdout.write(`${JSON.stringify({ folder: root, report, ...comparison }, null, 2)}\n`);
      return;
    }
    const { text, means } = comparisonTable(compared);
    if (flags.profile) {
      for (const plan of plans) {
        const profile = await readProfile(join(root, runFolderName(plan)));
        if (profile !== undefined)
          process.stdout.write(`${plan.label}, seed ${plan.seed}\n${profileText(profile)}\n`);
      }
    }
    process.stdout.write(
      `${text}\n\n${SUMMARY_NOTES}\n\n${verdict(means)}\n\nresults ${join(root, 'comparison.json')}\nreport  ${report}\n`,
    );
  },
});

/** What a comparison consists of; everything is checked before anything is trained or written. */
async function begin(flags: Flags, { signal }: Context) {
  const asked = applyFlags(await loadRecipe(flags.recipe ?? 'digits'), flags);
  const strategies = flags.strategies?.split(',').map((name) => strategyEntry(asked, name.trim()));
  const recipe: Recipe = { ...asked, strategies: strategies ?? asked.strategies };
  if (flags.seed !== undefined && flags.seeds !== undefined) {
    throw new ProtoNormError('invalid-argument', '--seed and --seeds are the same.', {
      received: [flags.seed, flags.seeds],
      hint: 'Give one of them.',
    });
  }
  const seeds = integerListFlag('seeds', flags.seeds ?? flags.seed) ?? [recipe.seed];
  const plans = await planAll(recipe, seeds, signal);
  const root = flags.out ?? (await freshFolder(join('runs', `compare-${recipe.name}`)));
  return { root, recipe, seeds, plans };
}

async function planAll(recipe: Recipe, seeds: readonly number[], signal: AbortSignal): Promise<RunPlan[]> {
  const plans: RunPlan[] = [];
  let dataset: Dataset | undefined;
  for (const seed of seeds) {
    const data = await loadRunData(recipe, { seed, signal, ...(dataset && { dataset }) });
    dataset = data.dataset;
    for (const entry of recipe.strategies) plans.push(await planRun(recipe, entry, { seed, data }));
  }
  checkLabels(plans);
  return plans;
}

/** Flags that go with --resume; the comparison already says everything else. */
const RESUMABLE: ReadonlySet<string> = new Set(['resume', 'out', 'workers', 'backend', 'json', 'profile']);

async function goOn(flags: Flags, { signal }: Context) {
  const root = flags.resume || flags.out;
  if (root === undefined || (flags.out !== undefined && resolve(flags.out) !== resolve(root))) {
    throw new ProtoNormError('invalid-argument', 'Which comparison shall go on?', {
      received: { resume: flags.resume, out: flags.out },
      hint: 'Write --resume <dir>, or --out <dir> --resume.',
    });
  }
  const surplus = (Object.keys(args) as (keyof Flags)[]).find(
    (name) => flags[name] !== undefined && !RESUMABLE.has(name),
  );
  if (surplus !== undefined) {
    throw new ProtoNormError(
      'invalid-argument',
      `--${surplus} does not go with --resume: the comparison in ${root} already says it.`,
      { received: flags[surplus], hint: 'Leave it out.' },
    );
  }
  const { recipe, seeds } = await readComparison(root);
  return { root, recipe, seeds, plans: await planAll(recipe, seeds, signal) };
}

/** One run of a comparison: begun, gone on with, or taken over when it is finished. */
async function runOne(
  plan: RunPlan,
  options: Context & {
    readonly root: string;
    readonly execution: Execution;
    readonly flags: Flags;
    readonly profile: boolean;
  },
): Promise<ComparedRun> {
  const { root, signal, now } = options;
  const { label, seed } = plan;
  const folder = join(root, runFolderName(plan));
  let { execution } = options;
  const ended = await readResults(folder);
  if (ended !== undefined) return { label, seed, status: 'finished', results: ended };
  if (await exists(join(folder, 'manifest.json'))) {
    const { manifest } = await resumeRun(folder, { signal });
    const { workers } = options.flags;
    execution = await resumedExecution(folder, manifest, { workers, signal });
  } else {
    await mkdir(folder, { recursive: true });
    await writeJson(join(folder, 'partition.json'), partitionRecord(plan.recipe.partition, plan.data));
    await writeManifest(plan, { folder, execution, now });
  }
  const begun = now();
  const seconds = (): number => (now() - begun) / 1000;
  try {
    const results = await runWithProgress(plan, {
      folder,
      execution,
      signal,
      now,
      output: process.stderr,
      profileClock: options.profile ? () => performance.now() : undefined,
    });
    return { label, seed, status: 'finished', results, seconds: seconds() };
  } catch (error) {
    if (!isProtoNormError(error, 'diverged')) throw error;
    process.stderr.write(`${label}, seed ${seed}: ${error.message}\n`);
    return { label, seed, status: 'diverged', seconds: seconds() };
  }
}
