import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { assignModels } from '@protonorm/models';

/** What is measured, and how it is printed. */
export interface Flags {
  /** Families or models; each is a federation of its own. */
  readonly models: readonly string[];
  readonly workers: readonly number[];
  /** Timed rounds of a turn. */
  readonly rounds: number;
  readonly turns: number;
  readonly backend: string;
  /** Pixels of the 2,000 images; without them they are made up. */
  readonly dataFile?: string;
  /** Who has which samples; without it they are drawn as in the recipe. */
  readonly partition?: string;
  readonly json: boolean;
}

/** How the command is called. */
export const usage = `npm run bench:round -- [--models a,b] [--workers 1,2] [--rounds n] [--turns n]
                        [--backend name] [--data-file file] [--partition file] [--json]
  models     families or models, a federation each; default cnn,Ht0
  workers    numbers of worker threads; default 1,2
  rounds     timed rounds of a turn, behind one that is not; default 3
  turns      how often it is each number of workers' turn; default 3
  backend    as of \`protonorm run\`; default auto`;

/** The files of the reference runs, where the checkout has them beside it. */
const golden = (name: string): string =>
  fileURLToPath(new URL(`../../../shared/golden/${name}`, import.meta.url));

/** @throws `Error` with a message for the caller of the command */
export function readFlags(args: readonly string[]): Flags {
  const { values } = parseArgs({
    args: [...args],
    options: {
      models: { type: 'string', default: 'cnn,Ht0' },
      workers: { type: 'string', default: '1,2' },
      rounds: { type: 'string', default: '3' },
      turns: { type: 'string', default: '3' },
      backend: { type: 'string', default: 'auto' },
      'data-file': { type: 'string' },
      partition: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const dataFile = fileOf('data-file', values['data-file'], golden('cifar2k_u8_nhwc.bin.gz'));
  const partition = fileOf('partition', values.partition, golden('partitions/cifar2k_a0.1_s1.json'));
  const models = [...new Set(values.models.split(',').map((name) => name.trim()))];
  for (const name of models) assignModels(name, 1); // throws for one that is unknown
  return {
    models,
    workers: [...new Set(values.workers.split(',').map((text) => integer('workers', text)))],
    rounds: integer('rounds', values.rounds),
    turns: integer('turns', values.turns),
    backend: values.backend,
    ...(dataFile !== undefined && { dataFile }),
    ...(partition !== undefined && { partition }),
    json: values.json,
  };
}

function fileOf(flag: string, given: string | undefined, otherwise: string): string | undefined {
  if (given === undefined) return existsSync(otherwise) ? otherwise : undefined;
  if (existsSync(given)) return given;
  throw new Error(`--${flag}: there is no file '${given}'.`);
}

function integer(flag: string, text: string): number {
  const value = Number(text);
  if (/^\s*\d+\s*$/.test(text) && value >= 1 && value <= 1000) return value;
  throw new Error(`--${flag} takes integers in 1..1000, received '${text}'.`);
}
