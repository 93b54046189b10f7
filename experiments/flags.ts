import { parseArgs } from 'node:util';

/** What is computed, and where it goes. */
export interface Flags {
  /** Undefined: the experiments are listed. */
  readonly name: string | undefined;
  readonly quick: boolean;
  /** Folder of the result files; undefined: docs/results, or a temporary folder when quick. */
  readonly out: string | undefined;
  readonly skipMissing: boolean;
  readonly json: boolean;
}

/** How the command is called. */
export const usage = `npm run experiment -- NAME [--quick] [--out DIR] [--skip-missing] [--json]
  quick         a tiny version into a temporary folder, to see that it works
  out           folder of NAME.md, NAME.json and NAME.svg; default: docs/results
  skip-missing  goes on without the cases whose data are not there
  json          prints the numbers`;

/** @throws `Error` with a message for the caller of the command */
export function readFlags(args: readonly string[]): Flags {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      out: { type: 'string' },
      'skip-missing': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  if (positionals.length > 1) throw new Error(`One experiment at a time, not ${positionals.join(' and ')}.`);
  const { quick, out, json, 'skip-missing': skipMissing } = values;
  return { name: positionals[0], quick, out, skipMissing, json };
}
