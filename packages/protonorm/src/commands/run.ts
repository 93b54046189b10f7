import { join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { defineCommand } from 'citty';
import { summariseWarnings } from '@protonorm/protocol';
import { ProtoNormError } from '@protonorm/tensor';
import { chooseExecution } from '../cli/choose-execution.ts';
import { interruptSignal } from '../cli/interrupt.ts';
import { resumedExecution } from '../cli/resumed-execution.ts';
import { plannedRun, strategyFlags } from '../cli/planned-run.ts';
import { runFlags } from '../cli/run-flags.ts';
import { quoted } from '../cli/shell-text.ts';
import { profileText } from '../output/profile-text.ts';
import { SUMMARY_NOTES, summaryTable } from '../output/summary-table.ts';
import { warningsText } from '../output/warnings-text.ts';
import { partitionRecord, writeReport } from '../run/report-input.ts';
import { claimEmptyFolder, freshFolder, readProfile, readResults, writeJson } from '../run/run-folder.ts';
import { resumeRun } from '../run/resume-run.ts';
import { runWithProgress, writeManifest } from '../run/start-run.ts';

const args = {
  ...runFlags,
  ...strategyFlags,
  resume: {
    type: 'string',
    description: 'Go on with the run in this folder; without a value, in that of --out.',
    valueHint: 'dir',
  },
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
      flags.resume === undefined ? await begin(flags, { signal, now }) : await goOn(flags, { signal });
    process.stderr.write(
      `${plan.label} on ${plan.data.dataset.name}, seed ${plan.seed}, ${plan.clients.length} clients; backend ${execution.backend.name}: ${execution.why}\n`,
    );
    let results = await readResults(folder);
    if (results !== undefined) process.stderr.write(`The run in ${folder} is finished.\n`);
    try {
      results ??= await runWithProgress(plan, {
        folder,
        execution,
        signal,
        now,
        output: process.stderr,
        profileClock: flags.profile ? () => performance.now() : undefined,
      });
    } catch (error) {
      if (signal.aborted)
        process.stderr.write(`Stopped. Go on by: protonorm run --resume ${quoted(folder)}\n`);
      throw error;
    }
    const report = await writeReport([folder], {
      file: join(folder, 'report.html'),
      title: `${plan.label} on ${plan.data.dataset.name}`,
    });
    const profile = flags.profile ? await readProfile(folder) : undefined;
    const { rounds } = results.history;
    const warnings = summariseWarnings(rounds);
    if (flags.json) {
      const printed = { folder, report, ...results, warnings, ...(profile && { profile }) };
      process.stdout.write(`${JSON.stringify(printed, null, 2)}\n`);
      return;
    }
    process.stdout.write(
      `${summaryTable([{ label: plan.label, status: 'finished', results }])}\n\n${SUMMARY_NOTES}\n`,
    );
    if (profile !== undefined) process.stdout.write(`\n${profileText(profile)}`);
    const warned = warningsText([{ label: plan.label, warnings, rounds: rounds.length }]);
    process.stdout.write(`\n${warned}results ${join(folder, 'results.json')}\nreport  ${report}\n`);
  },
});

type Flags = { readonly [K in keyof typeof args]?: string | boolean | undefined };

async function begin(
  flags: Flags,
  { signal, now }: { readonly signal: AbortSignal; readonly now: () => number },
) {
  const text = flags as { readonly [K in keyof typeof args]?: string };
  const plan = await plannedRun(text, { signal });
  const { recipe, seed, data } = plan;
  const execution = await chooseExecution({ backend: recipe.backend, workers: text.workers }, { signal });
  const folder =
    text.out ??
    (await freshFolder(
      join('runs', `${recipe.name}-${plan.label.replaceAll(/[^\w.-]+/g, '-')}-seed${seed}`),
    ));
  await claimEmptyFolder(folder);
  await writeJson(join(folder, 'partition.json'), partitionRecord(recipe.partition, data));
  await writeManifest(plan, { folder, execution, now });
  return { plan, folder, execution };
}

/** Flags that go with --resume; the run already says everything else. */
const RESUMABLE: ReadonlySet<string> = new Set([
  'resume',
  'out',
  'workers',
  'backend',
  'data-dir',
  'data-file',
  'data-meta',
  'json',
  'profile',
]);

async function goOn(flags: Flags, { signal }: { readonly signal: AbortSignal }) {
  const text = flags as { readonly [K in keyof typeof args]?: string };
  const folder = text.resume || text.out;
  if (folder === undefined || (text.out !== undefined && resolve(text.out) !== resolve(folder))) {
    throw new ProtoNormError('invalid-argument', 'Which run shall go on?', {
      received: { resume: text.resume, out: text.out },
      hint: 'Write --resume <dir>, or --out <dir> --resume.',
    });
  }
  const surplus = Object.keys(args).find(
    (name) => text[name as keyof typeof args] !== undefined && !RESUMABLE.has(name),
  );
  if (surplus !== undefined) {
    throw new ProtoNormError(
      'invalid-argument',
      `--${surplus} does not go with --resume: the run in ${folder} already says it.`,
      { received: text[surplus as keyof typeof args], hint: 'Leave it out.' },
    );
  }
  const { manifest, plan } = await resumeRun(folder, { signal, moved: text });
  const { backend: asked, workers } = text;
  const execution = await resumedExecution(folder, manifest, { asked, workers, signal });
  return { plan, folder, execution };
}
