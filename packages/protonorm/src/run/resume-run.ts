import { ProtoNormError } from '@protonorm/tensor';
import { datasetOf, type DatasetFlagValues } from '../cli/dataset-flags.ts';
import { loadRunData } from './load-data.ts';
import { readManifest, type RunManifest } from './manifest.ts';
import { planRun, strategySha256, type RunPlan } from './run-plan.ts';

/** A run that goes on. */
export interface ResumedRun {
  readonly manifest: RunManifest;
  readonly plan: RunPlan;
}

/**
 * Reads a run folder back into its plan and checks that it can go on to the same bits; changes nothing.
 *
 * @param options.moved - where the data files are now; their content is compared, so that any place will do
 * @throws `invalid-run` for another format, data, partition or strategy than the run was begun with
 */
export async function resumeRun(
  folder: string,
  options: { readonly signal: AbortSignal; readonly moved?: DatasetFlagValues },
): Promise<ResumedRun> {
  const { signal, moved = {} } = options;
  const manifest = await readManifest(folder);
  const { seed, entry } = manifest;
  const recipe = { ...manifest.recipe, dataset: datasetOf(manifest.recipe.dataset, moved) };
  const data = await loadRunData(recipe, { seed, signal });
  const refuse = (what: string, received: unknown, expected: unknown, hint: string): never => {
    throw new ProtoNormError('invalid-run', `The run in ${folder} ${what}.`, { received, expected, hint });
  };
  for (const what of ['dataset', 'partition'] as const) {
    const [received, expected] = [data.sha256[what], manifest[what].sha256];
    if (received !== expected) {
      refuse(`was begun with another ${what}`, received, expected, 'Put the files back, or begin anew.');
    }
  }
  const plan = await planRun(recipe, entry, { seed, data });
  const { id, version } = plan.resolved.strategy;
  const installed = `${id}@${version}`;
  if (installed !== manifest.strategy) {
    refuse(
      `was begun with ${manifest.strategy}; installed is ${installed}`,
      installed,
      manifest.strategy,
      'Install the version it was begun with, or begin anew.',
    );
  }
  const code = await strategySha256(plan.resolved);
  if (code !== manifest.strategySha256) {
    refuse(
      `was begun with another content of ${entry.id}`,
      code,
      manifest.strategySha256,
      'Put the module back, or begin anew.',
    );
  }
  return { manifest, plan };
}
