import { join } from 'node:path';
import { defineCommand } from 'citty';
import { ProtoNormError } from '@protonorm/tensor';
import { chooseExecution } from '../cli/choose-execution.ts';
import { integerFlag, pairsFlag } from '../cli/flag-values.ts';
import { interruptSignal } from '../cli/interrupt.ts';
import { applyFlags, runFlags } from '../cli/run-flags.ts';
import { SUMMARY_NOTES, summaryTable } from '../output/summary-table.ts';
import { loadRecipe } from '../recipe/load-recipe.ts';
import { loadRunData } from '../run/load-data.ts';
import { partitionRecord, writeReport } from '../run/report-input.ts';
import {
  claimEmptyFolder,
  freshFolder,
  readManifest,
  readResults,
  writeJson,
  type RunResults,
} from '../run/run-folder.ts';
import { planRun, type RunPlan } from '../run/run-plan.ts';
import { runWithProgress, writeManifest } from '../run/start-run.ts';

const args = {
  ...runFlags,
  strategy: {
    type: 'string',
    description: "Strategy: an id, or the path of a module of your own. Default: the recipe's last.",
    valueHint: 'id',
  },
  hyper: { type: 'string', description: 'Hyperparameters, such as lambda=5,pa=false.', valueHint: 'k=v,...' },
  seed: { type: 'string', description: "Seed of everything random. Default: the recipe's.", valueHint: 'n' },
  resume: { type: 'string', description: 'Go on with the run in this folder.', valueHint: 'dir' },
} as const;

/** `protonorm run`: one strategy, one seed, one run folder. */
export const run = defineCommand({
  meta: { name: 'run', description: 'Run one strategy of a recipe and write a run folder and a report.' },
  args,
  async run({ args: flags }) {
    using interrupt = interruptSignal();
    const { signal } = interrupt;
    const now = Date.now; // eslint-disable-line no-restricted-properties -- the one clock of the command line
    const { plan, folder, execution } =
      flags.resume === undefined
        ? await begin(flags, { signal, now })
        : await goOn(flags.resume, flags, { signal });
    process.stderr.write(
      `${plan.label} on ${plan.data.dataset.name}, seed ${plan.seed}, ${plan.clients.length} clients; backend ${execution.backend.name}: ${execution.why}\n`,
    );
    let results: RunResults;
    try {
      results = await runWithProgress(plan, { folder, execution, signal, now, output: process.stderr });
    } catch (error) {
      if (signal.aborted) process.stderr.write(`Stopped. Go on by: protonorm run --resume ${folder}\n`);
      throw error;
    }
    const report = await writeReport([folder], {
      file: join(folder, 'report.html'),
      title: `${plan.label} on ${plan.data.dataset.name}`,
    });
    if (flags.json) {
      process.stdout.write(`${JSON.stringify({ folder, report, ...results }, null, 2)}\n`);
      return;
    }
    process.stdout.write(
      `${summaryTable([{ label: plan.label, status: 'finished', results }])}\n\n${SUMMARY_NOTES}\n`,
    );
    process.stdout.write(`\nresults ${join(folder, 'results.json')}\nreport  ${report}\n`);
  },
});

type Flags = { readonly [K in keyof typeof args]?: string | boolean | undefined };

async function begin(
  flags: Flags,
  { signal, now }: { readonly signal: AbortSignal; readonly now: () => number },
) {
  const text = flags as { readonly [K in keyof typeof args]?: string };
  const recipe = applyFlags(await loadRecipe(text.recipe ?? 'digits'), text);
  const seed = integerFlag('seed', text.seed, { min: 0 }) ?? recipe.seed;
  const id = text.strategy ?? recipe.strategies.at(-1)!.id;
  const entry = recipe.strategies.find((strategy) => (strategy.label ?? strategy.id) === id) ?? {
    id,
    hyper: {},
  };
  const data = await loadRunData(recipe, { seed, signal });
  const plan = await planRun(
    recipe,
    { ...entry, hyper: { ...entry.hyper, ...pairsFlag('hyper', text.hyper) } },
    { seed, data },
  );
  const execution = await chooseExecution(text, { signal });
  const folder =
    text.out ??
    (await freshFolder(
      join('runs', `${recipe.name}-${plan.label.replaceAll(/[^\w.-]+/g, '-')}-seed${seed}`),
    ));
  await claimEmptyFolder(folder);
  await writeManifest(plan, { folder, execution, now });
  const kind = 'file' in recipe.partition ? 'file' : recipe.partition.kind;
  await writeJson(join(folder, 'partition.json'), partitionRecord(kind, data));
  return { plan, folder, execution };
}

async function goOn(folder: string, flags: Flags, { signal }: { readonly signal: AbortSignal }) {
  const manifest = await readManifest(folder);
  for (const name of [
    'recipe',
    'strategy',
    'hyper',
    'seed',
    'rounds',
    'alpha',
    'clients',
    'partition',
    'models',
    'dataset',
    'initial',
    'out',
  ] as const) {
    if (flags[name] !== undefined) {
      throw new ProtoNormError(
        'invalid-argument',
        `--${name} does not go with --resume: the run in ${folder} already says it.`,
        { received: flags[name] },
      );
    }
  }
  if ((await readResults(folder)) !== undefined) {
    throw new ProtoNormError('invalid-run', `The run in ${folder} is finished.`, {
      received: folder,
      hint: 'See its results.json and report.html.',
    });
  }
  const data = await loadRunData(manifest.recipe, { seed: manifest.seed, signal });
  if (
    data.sha256.dataset !== manifest.dataset.sha256 ||
    data.sha256.partition !== manifest.partition.sha256
  ) {
    throw new ProtoNormError('invalid-run', `The data of the run in ${folder} have changed since it began.`, {
      received: data.sha256,
      expected: [manifest.dataset.sha256, manifest.partition.sha256],
      hint: 'Put the data files back, or begin anew.',
    });
  }
  const plan: RunPlan = await planRun(manifest.recipe, manifest.entry, { seed: manifest.seed, data });
  const { id, version } = plan.resolved.strategy;
  if (`${id}@${version}` !== manifest.strategy) {
    throw new ProtoNormError(
      'invalid-run',
      `The run in ${folder} was begun with ${manifest.strategy}; installed is ${id}@${version}.`,
      {
        received: `${id}@${version}`,
        expected: manifest.strategy,
        hint: 'Install the version it was begun with, or begin anew.',
      },
    );
  }
  const workers = flags.workers as string | undefined;
  const execution = await chooseExecution(
    { backend: manifest.backend.name, workers: workers ?? String(manifest.workers) },
    { signal },
  );
  return { plan, folder, execution };
}
