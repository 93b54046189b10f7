import { parseArgs } from 'node:util';
import { ProtoNormError } from '@protonorm/tensor';

/** How the tool is called. */
export interface FuzzFlags {
  readonly bytes?: number;
  readonly seconds?: number;
  readonly seed: number;
  readonly json: boolean;
  readonly help: boolean;
}

/** Bytes where no limit is given. */
const DEFAULT_BYTES = 10_000_000;

/** The text of `--help`. */
export const usage = `npm run fuzz -- [--bytes N] [--seconds N] [--seed N] [--json]

Gives mutated frames to everything that reads bytes of strangers: bit flips, splices, lying lengths with a right checksum, random
headers, parts in disorder. Only errors of the protocol may come out.

  --bytes N     end when N bytes were taken; default 10,000,000 where --seconds is not given
  --seconds N   end behind N seconds
  --seed N      equal seeds draw equal cases; default 1
  --json        the report as JSON, with the frames of each finding

Exit code 0: only such errors came out; 1: something else did; 2: bad flags; 130: ended by Ctrl-C, nothing found so far.`;

/** @throws `invalid-argument` */
export function readFlags(args: readonly string[]): FuzzFlags {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        bytes: { type: 'string' },
        seconds: { type: 'string' },
        seed: { type: 'string', default: '1' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }));
  } catch (cause) {
    throw refusal((cause as Error).message.split('\n', 1)[0], args, cause);
  }
  const seconds = values.seconds === undefined ? undefined : positive('seconds', values.seconds);
  const bytes = values.bytes === undefined ? undefined : integer('bytes', values.bytes, 1);
  const limit = bytes ?? (seconds === undefined ? DEFAULT_BYTES : undefined);
  return {
    ...(limit !== undefined && { bytes: limit }),
    ...(seconds !== undefined && { seconds }),
    seed: integer('seed', values.seed, 0),
    json: values.json,
    help: values.help,
  };
}

function integer(name: string, text: string, minimum: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (!Number.isSafeInteger(value) || value < minimum)
    throw refusal(`--${name} must be an integer of ${minimum} or more, received '${text}'.`, text);
  return value;
}

function positive(name: string, text: string): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
  if (!(value > 0 && value <= 86_400))
    throw refusal(`--${name} must be above 0 and at most 86400, received '${text}'.`, text);
  return value;
}

function refusal(message: string, received: unknown, cause?: unknown): ProtoNormError {
  return new ProtoNormError('invalid-argument', message, { received, hint: `Usage: ${usage}`, cause });
}
