import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { defineCommand } from 'citty';
import { isProtoNormError, ProtoNormError } from '@protonorm/tensor';
import { chooseExecution } from '../cli/choose-execution.ts';
import { integerListFlag } from '../cli/flag-values.ts';
import { interruptSignal } from '../cli/interrupt.ts';
import { applyFlags, runFlags } from '../cli/run-flags.ts';
import { comparisonTable, type ComparedRun } from '../output/comparison-table.ts';
import { SUMMARY_NOTES, verdict } from '../output/summary-table.ts';
import { loadRecipe } from '../recipe/load-recipe.ts';
import type { Recipe } from '../recipe/recipe-schema.ts';
import { loadRunData } from '../run/load-data.ts';
import { partitionRecord, writeReport } from '../run/report-input.ts';
import { claimEmptyFolder, freshFolder, writeJson } from '../run/run-folder.ts';
import { planRun } from '../run/run-plan.ts';
import { runWithProgress, writeManifest } from '../run/start-run.ts';

const args = {
  ...runFlags,
  strategies: {
    type: 'string',
    description: "Strategies a,b,c by id or label. Default: all of the recipe's.",
    valueHint: 'ids',
  },
  seeds: {
    type: 'string',
    description: "Seeds 1,2,3; each draws its own partition. Default: the recipe's.",
    valueHint: 'list',
  },
} as const;

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
    const recipe = applyFlags(await loadRecipe(flags.recipe ?? 'digits'), flags);
    const entries = chosenStrategies(recipe, flags.strategies);
    const seeds = integerListFlag('seeds', flags.seeds) ?? [recipe.seed];

    // Everything is checked before anything is trained or written.
    const plans = [];
    for (const seed of seeds) {
      const data = await loadRunData(recipe, { seed, signal });
      for (const entry of entries) plans.push(await planRun(recipe, entry, { seed, data }));
    }
    const execution = await chooseExecution(flags, { signal });
    const root = flags.out ?? (await freshFolder(join('runs', `compare-${recipe.name}`)));
    await claimEmptyFolder(root);
    process.stderr.write(
      `${plans.length} runs on ${recipe.dataset.name}, ${plans[0].clients.length} clients; backend ${execution.backend.name}: ${execution.why}\n`,
    );

    const compared: ComparedRun[] = [];
    const folders: string[] = [];
    for (const plan of plans) {
      const folder = join(root, `${plan.label.replaceAll(/[^\w.-]+/g, '-')}-seed${plan.seed}`);
      await mkdir(folder);
      await writeManifest(plan, { folder, execution, now });
      await writeJson(
        join(folder, 'partition.json'),
        partitionRecord('file' in recipe.partition ? 'file' : recipe.partition.kind, plan.data),
      );
      folders.push(folder);
      const begun = now();
      try {
        const results = await runWithProgress(plan, {
          folder,
          execution,
          signal,
          now,
          output: process.stderr,
        });
        compared.push({
          label: plan.label,
          seed: plan.seed,
          status: 'finished',
          results,
          seconds: (now() - begun) / 1000,
        });
      } catch (error) {
        if (!isProtoNormError(error, 'diverged')) throw error;
        process.stderr.write(`${plan.label}, seed ${plan.seed}: ${error.message}\n`);
        compared.push({
          label: plan.label,
          seed: plan.seed,
          status: 'diverged',
          seconds: (now() - begun) / 1000,
        });
      }
    }
    const command = `protonorm compare ${rawArgs.join(' ')}`.trim();
    const report = await writeReport(folders.slice(0, entries.length), {
      file: join(root, 'report.html'),
      title: recipe.name,
      command,
    });
    const comparison = {
      format: 'protonorm-comparison-1',
      recipe,
      seeds,
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
    process.stdout.write(
      `${text}\n\n${SUMMARY_NOTES}\n\n${verdict(means)}\n\nresults ${join(root, 'comparison.json')}\nreport  ${report}\n`,
    );
  },
});

function chosenStrategies(recipe: Recipe, chosen: string | undefined): Recipe['strategies'] {
  const entries =
    chosen === undefined
      ? recipe.strategies
      : chosen
          .split(',')
          .map(
            (name) =>
              recipe.strategies.find(({ id, label }) => (label ?? id) === name) ?? { id: name, hyper: {} },
          );
  const labels = entries.map(({ id, label }) => label ?? id);
  const repeated = labels.find((label, i) => labels.indexOf(label) !== i);
  if (repeated !== undefined) {
    throw new ProtoNormError('invalid-recipe', `Two strategies have the label '${repeated}'.`, {
      received: labels,
      hint: "Give each its own 'label'.",
    });
  }
  return entries;
}
