import { join } from 'node:path';
import { defineCommand } from 'citty';
import { ProtoNormError } from '@protonorm/tensor';
import { chooseExecution } from '../cli/choose-execution.ts';
import { chosenCases } from '../cli/chosen-cases.ts';
import { compareFlags, resumedFolder, seedsOf, type CompareFlagValues } from '../cli/compare-flags.ts';
import { interruptSignal } from '../cli/interrupt.ts';
import { applyFlags } from '../cli/run-flags.ts';
import { quoted } from '../cli/shell-text.ts';
import { comparisonTable, type ComparedRun } from '../output/comparison-table.ts';
import { profileText } from '../output/profile-text.ts';
import { SUMMARY_NOTES, verdict } from '../output/summary-table.ts';
import { warningsText } from '../output/warnings-text.ts';
import { loadRecipe } from '../recipe/load-recipe.ts';
import type { Recipe } from '../recipe/recipe-schema.ts';
import { readCasesComparison } from '../run/cases-comparison.ts';
import { planRuns, runCompared } from '../run/compared-run.ts';
import {
  comparedRecord,
  COMPARISON_FORMAT,
  readComparison,
  runFolderName,
  type Comparison,
} from '../run/comparison-folder.ts';
import { writeReport } from '../run/report-input.ts';
import { claimEmptyFolder, freshFolder, readProfile, writeJson } from '../run/run-folder.ts';
import { strategyEntry } from '../run/strategy-entry.ts';
import { compareCases, resumeCases } from './compare-cases.ts';

/** `protonorm compare`: several strategies on the same partition, the same first weights, the same seeds. */
export const compare = defineCommand({
  meta: {
    name: 'compare',
    description: 'Run several strategies on the same partitions and seeds, with one table and one report.',
  },
  args: compareFlags,
  async run({ args: flags, rawArgs }) {
    using interrupt = interruptSignal();
    const { signal } = interrupt;
    const now = Date.now; // eslint-disable-line no-restricted-properties -- the one clock of the command line
    const command = `protonorm compare ${rawArgs
      .filter((arg) => arg !== '--')
      .map(quoted)
      .join(' ')}`.trim();
    const context = { flags, command, signal, now };
    const folder = flags.resume === undefined ? undefined : resumedFolder(flags);
    const begunCases = folder === undefined ? undefined : await readCasesComparison(folder);
    // Awaited here: the interrupt is only listened to until this function ends.
    if (begunCases !== undefined) return await resumeCases(folder!, begunCases, context);
    const loaded = folder === undefined ? await loadRecipe(flags.recipe ?? 'digits') : undefined;
    if (loaded?.cases !== undefined) return await compareCases(loaded, context);
    const {
      root,
      recipe: asked,
      seeds,
    } = loaded === undefined ? await goOn(folder!) : await begin(loaded, flags);
    const plans = await planRuns(asked, seeds, signal);
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
      `${plans.length} runs on ${plans[0].data.dataset.name}, ${plans[0].clients.length} clients; backend ${execution.backend.name}: ${execution.why}\n`,
    );
    const compared: ComparedRun[] = [];
    try {
      for (const plan of plans)
        compared.push(
          await runCompared(plan, {
            ...context,
            root,
            execution,
            workers: flags.workers,
            profile: flags.profile === true,
          }),
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
        command,
      },
    );
    const comparison: Comparison = {
      ...begun,
      runs: compared.map(comparedRecord),
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
      `${text}\n\n${SUMMARY_NOTES}\n\n${verdict(means)}\n\n${warningsText(compared)}results ${join(root, 'comparison.json')}\nreport  ${report}\n`,
    );
  },
});

/** What is asked for; the plans check it before anything is trained or written. */
async function begin(loaded: Recipe, flags: CompareFlagValues) {
  if (flags['skip-missing'] === true) {
    throw new ProtoNormError('invalid-argument', `The recipe '${loaded.name}' has no cases to skip.`, {
      received: '--skip-missing',
      hint: 'Leave it out.',
    });
  }
  const [{ recipe: plain }] = chosenCases(loaded, flags.case);
  const asked = applyFlags(plain, flags);
  const strategies = flags.strategies?.split(',').map((name) => strategyEntry(asked, name.trim()));
  const recipe: Recipe = { ...asked, strategies: strategies ?? asked.strategies };
  const root = flags.out ?? (await freshFolder(join('runs', `compare-${recipe.name}`)));
  return { root, recipe, seeds: seedsOf(recipe, flags) };
}

async function goOn(root: string) {
  return { root, ...(await readComparison(root)) };
}
