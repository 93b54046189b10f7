import { parseArgs } from 'node:util';
import { modelNames } from '@protonorm/models';

/** What is measured, and how it is printed. */
export interface Flags {
  readonly models: readonly string[];
  readonly rounds: number;
  /** Sizes alone, without timing anything. */
  readonly size: boolean;
  /** Sizes of the built packages instead of their sources. */
  readonly built: boolean;
  readonly json: boolean;
}

const defaultModels = ['cnn', 'resnet8', 'mobilenet_v2', 'shufflenet_v2_x1_0', 'efficientnet_b0'];

/** How the command is called. */
export const usage = `npm run bench:browser -- [--models a,b] [--rounds n] [--json]
npm run bench:browser -- --size [--built] [--json]
  models    ${defaultModels.join(', ')} (default), or any other of the catalogue
  rounds    blocks of steps for each model, build and place; default 5
  size      bytes of engine and kernels as a browser gets them; nothing is timed
  built     takes the packages' dist folders (npm run build) instead of their sources`;

/** @throws `Error` with a message for the caller of the command */
export function readFlags(args: readonly string[]): Flags {
  const { values } = parseArgs({
    args: [...args],
    options: {
      models: { type: 'string', default: defaultModels.join() },
      rounds: { type: 'string', default: '5' },
      size: { type: 'boolean', default: false },
      built: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const rounds = Number(values.rounds);
  if (!/^\d+$/.test(values.rounds) || rounds < 1 || rounds > 1000) {
    throw new Error(`--rounds takes an integer in 1..1000, received '${values.rounds}'.`);
  }
  const models = [...new Set(values.models.split(',').map((name) => name.trim()))];
  const unknown = models.find((name) => !modelNames.some((known) => known === name));
  if (unknown !== undefined) {
    throw new Error(`--models has no '${unknown}'; there are ${modelNames.join(', ')}.`);
  }
  return { models, rounds, size: values.size, built: values.built, json: values.json };
}
