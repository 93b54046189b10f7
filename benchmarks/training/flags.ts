import { parseArgs } from 'node:util';
import { modelNames } from '@protonorm/models';
import { contenders } from './contenders.ts';

/** What is measured, and how it is printed. */
export interface Flags {
  readonly models: readonly string[];
  readonly backends: readonly string[];
  readonly rounds: number;
  readonly json: boolean;
}

const defaultModels = ['cnn', 'resnet8', 'mobilenet_v2', 'shufflenet_v2_x1_0', 'efficientnet_b0'];
const backendNames = contenders.map(({ name }) => name);

/** How the command is called. */
export const usage = `npm run bench:train -- [--models a,b] [--backends a,b] [--rounds n] [--json]
  models    ${defaultModels.join(', ')} (default), or any other of the catalogue
  backends  ${backendNames.join(', ')}; default: all
  rounds    blocks of steps for each model and backend; default 5`;

/** @throws `Error` with a message for the caller of the command */
export function readFlags(args: readonly string[]): Flags {
  const { values } = parseArgs({
    args: [...args],
    options: {
      models: { type: 'string' },
      backends: { type: 'string' },
      rounds: { type: 'string', default: '5' },
      json: { type: 'boolean', default: false },
    },
  });
  const rounds = Number(values.rounds);
  if (!/^\d+$/.test(values.rounds) || rounds < 1 || rounds > 1000) {
    throw new Error(`--rounds takes an integer in 1..1000, received '${values.rounds}'.`);
  }
  return {
    models: list('models', values.models, defaultModels, [...modelNames, ...defaultModels]),
    backends: list('backends', values.backends, backendNames, backendNames),
    rounds,
    json: values.json,
  };
}

function list(
  flag: string,
  text: string | undefined,
  all: readonly string[],
  known: readonly string[],
): readonly string[] {
  if (text === undefined) return all;
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return [...new Set(names)];
  throw new Error(`--${flag} has no '${unknown}'; there are ${[...new Set(known)].join(', ')}.`);
}
