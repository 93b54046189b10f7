import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReportInput, ReportRun } from '@protonorm/studio';
import { readManifest, readPrototypes, readResults, type RunManifest } from './run-folder.ts';
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
export function partitionRecord(kind: string, { dataset, statistics }: RunData): PartitionRecord {
  const { trainCounts, trainSizes, testSizes, majorityBaseline } = statistics;
  return {
    kind,
    classCounts: trainCounts.map((counts) => Array.from(counts)),
    trainSizes: Array.from(trainSizes),
    testSizes: Array.from(testSizes),
    ...(testSizes.some((size) => size > 0) && { majorityBaseline }),
    ...(dataset.classNames && { classNames: dataset.classNames }),
  };
}

/** Renders the report of one or more run folders and returns its path. */
export async function writeReport(
  folders: readonly string[],
  options: { readonly file: string; readonly title: string; readonly command?: string },
): Promise<string> {
  const runs = await Promise.all(folders.map(readRun));
  const { manifest } = runs[0];
  const partition = JSON.parse(await readFile(join(folders[0], 'partition.json'), 'utf8')) as PartitionRecord;
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
    runs: runs.map(({ run }) => run),
    environment: {
      ...manifest.versions,
      backend: manifest.backend.description,
      workers: String(manifest.workers),
    },
  };
  const { renderReport } = await import('@protonorm/studio');
  await writeFile(options.file, renderReport(input));
  return options.file;
}

/** The run whose clients differ most: parameter averaging replaces all models by a common one. */
function heterogeneous(manifests: readonly RunManifest[]): RunManifest {
  const kinds = (manifest: RunManifest): number => new Set(manifest.clients.map(({ model }) => model)).size;
  return manifests.reduce((best, manifest) => (kinds(manifest) > kinds(best) ? manifest : best));
}

async function readRun(folder: string): Promise<{ readonly manifest: RunManifest; readonly run: ReportRun }> {
  const manifest = await readManifest(folder);
  const results = await readResults(folder);
  const { strategy, label } = manifest;
  const history = results?.history ?? (await historyOfEvents(folder));
  const { summarise } = await import('@protonorm/protocol');
  return {
    manifest,
    run: {
      label,
      strategy,
      manifest: manifest as unknown as Record<string, unknown>,
      history,
      summary: results?.summary ?? summarise(history),
      prototypes: await readPrototypes(folder),
      status: results === undefined ? 'interrupted' : 'finished',
    },
  };
}

/** The history of an unfinished run, from its event log. */
async function historyOfEvents(folder: string): Promise<ReportRun['history']> {
  const text = await readFile(join(folder, 'events.jsonl'), 'utf8').catch(() => '');
  const events = text.split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line) as { type: string }];
    } catch {
      return [];
    }
  });
  const of = (type: string): never[] => events.filter((event) => event.type === type) as never[];
  return { evaluations: of('evaluated'), rounds: of('round-finished') };
}
