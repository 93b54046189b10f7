import { readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';

/** Version of the JSON files of results. */
const RESULT_FORMAT = 'protonorm-experiment-1';

/** `NAME.json`: everything that page and pictures are drawn from. */
export interface ResultFile {
  readonly format: typeof RESULT_FORMAT;
  readonly name: string;
  /** A tiny version, whose numbers say nothing. */
  readonly quick: boolean;
  readonly versions: { readonly protonorm: string; readonly node: string };
  /** What kind of machine it was, without its name. */
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    readonly memoryGB: number;
    readonly platform: string;
  };
  /** Of the experiment. */
  readonly data: unknown;
}

/** The file of an experiment that was computed here and now. */
export function resultFile(name: string, { quick, data }: Pick<ResultFile, 'quick' | 'data'>): ResultFile {
  const file = new URL('../../packages/protonorm/package.json', import.meta.url);
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string };
  return {
    format: RESULT_FORMAT,
    name,
    quick,
    versions: { protonorm: version, node: process.version },
    machine: {
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: cpus().length,
      memoryGB: Math.round(totalmem() / 2 ** 30),
      platform: `${process.platform} ${process.arch}`,
    },
    data,
  };
}

/** @throws `Error` when the file is of another version or experiment */
export function readResultFile(path: string, name: string): ResultFile {
  const file = JSON.parse(readFileSync(path, 'utf8')) as ResultFile;
  if (file.format === RESULT_FORMAT && file.name === name) return file;
  throw new Error(`${path} holds '${file.format}' of '${file.name}', not '${RESULT_FORMAT}' of '${name}'.`);
}
