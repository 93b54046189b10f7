import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { summarise } from '@protonorm/protocol';
import type { ReportInput, ReportRun } from '@protonorm/studio';
import { readManifest, type RunManifest } from './manifest.ts';
import { DIVERGED, exists, readJson, readPrototypes, readResults } from './run-folder.ts';
import { writeWholeFile } from '../output/write-whole-file.ts';
import type { Recipe } from '../recipe/recipe-schema.ts';
import type { RunData } from './load-data.ts';

/** `partition.json` of a run folder: which class went where. */
export interface PartitionRecord {
  readonly kind: string;
  readonly classCounts: readonly (readonly number[])[];
  readonly trainSizes: readonly number[];
  readonly testSizes: readonly number[];
  readonly majorityBaseline?: number;
  readonly classNames?: readonly string[];
}

/** What a run folder keeps of its partition, for the report. */
export function partitionRecord(
  options: Recipe['partition'],
  { dataset, statistics }: RunData,
): PartitionRecord {
  const { trainCounts, trainSizes, testSizes, majorityBaseline } = statistics;
  return {
    kind: partitionInWords(options),
    classCounts: trainCounts.map((counts) => Array.from(counts)),
    trainSizes: Array.from(trainSizes),
    testSizes: Array.from(testSizes),
    ...(testSizes.some((size) => size > 0) && { majorityBaseline }),
    ...(dataset.classNames && { classNames: dataset.classNames }),
  };
}

/** The kind of a partition with the setting that shapes it: 'dirichlet(0.1)'. */
function partitionInWords(options: Recipe['partition']): string {
  if ('file' in options) return `file ${basename(options.file)}`;
  if (options.kind === 'dirichlet' || options.kind === 'quantity-skew')
    return `${options.kind}(${options.alpha})`;
  return options.kind === 'pathological' ? `pathological(${options.classesPerClient})` : options.kind;
}

/** Renders the report of one or more run folders and returns its path. */
export async function writeReport(
  folders: readonly string[],
  options: { readonly file: string; readonly title: string; readonly command?: string },
): Promise<string> {
  const runs = await Promise.all(folders.map(readRun));
  const { manifest } = runs[0];
  const partition = (await readJson(join(folders[0], 'partition.json'))) as PartitionRecord;
  const input: ReportInput = {
    title: options.title,
    ...(options.command !== undefined && { command: options.command }),
    dataset: {
      name: manifest.dataset.name,
      samples: manifest.dataset.samples,
      source: manifest.dataset.source,
      licence: manifest.dataset.licence,
      ...(partition.classNames && { classNames: partition.classNames }),
    },
    partition,
    clients: heterogeneous(runs.map(({ manifest: m }) => m)).clients,
    runs: labelled(runs),
    environment: {
      ...manifest.versions,
      backend: manifest.backend.description,
      workers: String(manifest.workers),
    },
  };
  const { renderReport } = await import('@protonorm/studio');
  await writeWholeFile(options.file, renderReport(input));
  return options.file;
}

interface ReadRun {
  readonly manifest: RunManifest;
  readonly run: ReportRun;
}

/** Runs of several seeds, told apart by them. */
function labelled(runs: readonly ReadRun[]): readonly ReportRun[] {
  const labels = runs.map(({ run }) => run.label);
  if (new Set(labels).size === labels.length) return runs.map(({ run }) => run);
  return runs.map(({ run, manifest }) => ({
    ...run,
    label: `${run.label}, seed ${manifest.seed}`,
    group: run.label,
  }));
}

function kinds({ clients }: RunManifest): number {
  return new Set(clients.map(({ model }) => model)).size;
}

/** The run whose clients differ most: parameter averaging replaces all models by a common one. */
function heterogeneous(manifests: readonly RunManifest[]): RunManifest {
  return manifests.reduce((best, manifest) => (kinds(manifest) > kinds(best) ? manifest : best));
}

async function readRun(folder: string): Promise<ReadRun> {
  const manifest = await readManifest(folder);
  const results = await readResults(folder);
  const { strategy, label } = manifest;
  const diverged = await exists(join(folder, DIVERGED));
  const history = results?.history ?? (await historyOfEvents(folder));
  return {
    manifest,
    run: {
      label,
      strategy,
      manifest: manifest as unknown as Record<string, unknown>,
      history,
      summary: results?.summary ?? summarise(history),
      prototypes: await readPrototypes(folder),
      status: results !== undefined ? 'finished' : diverged ? 'diverged' : 'interrupted',
    },
  };
}

/** The history of an unfinished run, from its event log. */
export async function historyOfEvents(folder: string): Promise<ReportRun['history']> {
  const text = await readFile(join(folder, 'events.jsonl'), 'utf8').catch(() => '');
  const events = text.split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line) as { type: string }];
    } catch {
      return [];
    }
  });
  // A round that began again after a crash stands twice: the later one counts.
  const of = (type: string): never[] => {
    const rounds = events.filter((event) => event.type === type) as { type: string; round: number }[];
    return [...new Map(rounds.map((event) => [event.round, event])).values()] as never[];
  };
  return { evaluations: of('evaluated'), rounds: of('round-finished') };
}
