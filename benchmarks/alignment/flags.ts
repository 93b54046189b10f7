import { parseArgs } from 'node:util';
import { goalNumbers } from './goals/all-goals.ts';

/** What is measured, and how it is printed. */
export interface Flags {
  readonly only: readonly number[];
  readonly quick: boolean;
  readonly json: boolean;
}

/** How the command is called. */
export const usage = `npm run bench:alignment -- [--only 1,3] [--quick] [--json]
  only   numbers of goals; default: all of ${goalNumbers.join(', ')}
  quick  leaves the runs of minutes out, and takes few seeds
  json   one line for each row`;

/** @throws `Error` with a message for the caller of the command */
export function readFlags(args: readonly string[]): Flags {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const { only, quick, json } = values;
  return { only: only === undefined ? goalNumbers : only.split(',').map(goal), quick, json };
}

function goal(text: string): number {
  const number = Number(text);
  if (text.trim() !== '' && goalNumbers.includes(number)) return number;
  throw new Error(`--only has no goal '${text}'; there are ${goalNumbers.join(', ')}.`);
}
