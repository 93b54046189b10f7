import { align, isProtoNormError, type Prototypes } from '@protonorm/prototype-math';
import { ProtoNormError } from '@protonorm/tensor';

/** Largest difference at which a replay counts as equal; the released float32 and float64 differ by up to 5e-7. */
const TOLERANCE = 1e-5;

/** What the replay of one alignment golden found. */
export interface AlignmentReplay {
  readonly name: string;
  /** Passes until the early stop; they must be equal. */
  readonly iterations: { readonly expected: number; readonly received: number };
  /**
   * Largest absolute difference for each key of the file that holds a result; for `meanForce` and
   * `meanForceLast_noEarlyStop` relative to the value where that is above 1. Infinity where lengths differ.
   */
  readonly differences: Record<string, number>;
  /** Keys that look like results but are none that this replay knows. */
  readonly unchecked: readonly string[];
  readonly tolerance: number;
  /** Same iteration count, no difference above the tolerance, nothing unchecked. */
  readonly passed: boolean;
}

interface AlignmentGolden {
  readonly name: string;
  readonly prototypes: Prototypes;
  readonly params: Record<(typeof parameterNames)[number], number> & { readonly earlyStop: number | false };
  readonly iterations: number;
  readonly fields: Record<string, unknown>;
}

const parameterNames = ['iterations', 'learningRate', 'momentum', 'decay', 'decayEvery'] as const;

/**
 * Replays a recorded alignment of the released code (`optimize_proto`) with all parameters from the file.
 *
 * The file: `{ name, C, d, params: { iterations, learningRate, momentum, decay, decayEvery, earlyStop }, input, iterations,
 * result }` and, each optional, `result_N` (after N passes without early stop), `result_noEarlyStop` (after all
 * `params.iterations`), `meanForce` (of every pass) and `meanForceLast_noEarlyStop`. Vectors are base64 of little-endian
 * float32, shape [C, d]; `earlyStop` may be `false` or `null` for none.
 *
 * @throws `invalid-golden` for a malformed file or parameters outside of their range
 */
export function replayAlignmentGolden(json: unknown): AlignmentReplay {
  const golden = readGolden(json);
  const { name, prototypes, params, iterations, fields } = golden;
  const run = (overrides: Partial<AlignmentGolden['params']>) => {
    try {
      return align(prototypes, { method: 'reference', ...params, ...overrides });
    } catch (cause) {
      if (!isProtoNormError(cause)) throw cause;
      throw new ProtoNormError('invalid-golden', `Golden '${name}' cannot be aligned: ${cause.message}`, {
        cause,
      });
    }
  };
  const asRecorded = run({});
  const differences: Record<string, number> = {};
  const unchecked: string[] = [];
  for (const [key, value] of Object.entries(fields)) {
    const passes = /^result_(\d+)$/.exec(key)?.[1];
    if (key === 'meanForce') {
      differences[key] = relativeDifference(asRecorded.meanForce, readNumbers(fields, key));
    } else if (key === 'meanForceLast_noEarlyStop') {
      const last = run({ earlyStop: false }).meanForce.slice(-1);
      differences[key] = relativeDifference(last, [readNumber(fields, key, name)]);
    } else if (key === 'result') {
      differences[key] = difference(asRecorded.prototypes, value, key);
    } else if (key === 'result_noEarlyStop') {
      differences[key] = difference(run({ earlyStop: false }).prototypes, value, key);
    } else if (passes !== undefined) {
      const { prototypes: after } = run({ iterations: Number(passes), earlyStop: false });
      differences[key] = difference(after, value, key);
    } else if (/^(result|meanForce)/.test(key)) {
      unchecked.push(key);
    }
  }
  return {
    name,
    iterations: { expected: iterations, received: asRecorded.passes },
    differences,
    unchecked,
    tolerance: TOLERANCE,
    passed:
      asRecorded.passes === iterations &&
      unchecked.length === 0 &&
      Object.values(differences).every((value) => value <= TOLERANCE),
  };
}

function difference({ classes, dim, vectors }: Prototypes, encoded: unknown, key: string): number {
  return maxOver(vectors, decodeVectors(encoded, classes.length * dim, key), () => 1);
}

function relativeDifference(received: ArrayLike<number>, expected: ArrayLike<number>): number {
  return maxOver(received, expected, (value) => Math.max(1, Math.abs(value)));
}

function maxOver(
  received: ArrayLike<number>,
  expected: ArrayLike<number>,
  scale: (expected: number) => number,
): number {
  if (received.length !== expected.length) return Infinity;
  let max = 0;
  for (let i = 0; i < expected.length; i++) {
    max = Math.max(max, Math.abs(received[i] - expected[i]) / scale(expected[i]));
  }
  return max;
}

function readGolden(json: unknown): AlignmentGolden {
  const fields = readObject(json, 'An alignment golden');
  const name = typeof fields.name === 'string' ? fields.name : 'unnamed';
  const count = readNumber(fields, 'C', name);
  const dim = readNumber(fields, 'd', name);
  for (const [key, value] of Object.entries({ C: count, d: dim })) {
    if (!(Number.isSafeInteger(value) && value >= 1))
      throw malformed(`${key} must be an integer >= 1`, value);
  }
  const given = readObject(fields.params, `params of golden '${name}'`);
  const numbers = Object.fromEntries(
    parameterNames.map((key) => [key, readNumber(given, key, `${name}.params`)]),
  );
  if (!('earlyStop' in given)) throw malformed(`params of golden '${name}' have no earlyStop`, given);
  const off = given.earlyStop === null || given.earlyStop === false;
  const earlyStop = off ? false : readNumber(given, 'earlyStop', `${name}.params`);
  if (fields.result === undefined) throw malformed(`golden '${name}' has no result`, Object.keys(fields));
  return {
    name,
    prototypes: {
      dim,
      classes: Int32Array.from({ length: count }, (_, i) => i),
      counts: new Float64Array(count).fill(1),
      vectors: decodeVectors(fields.input, count * dim, 'input'),
    },
    params: { ...(numbers as Record<(typeof parameterNames)[number], number>), earlyStop },
    iterations: readNumber(fields, 'iterations', name),
    fields,
  };
}

function readObject(value: unknown, what: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw malformed(`${what} must be an object`, value);
}

function readNumber(fields: Record<string, unknown>, key: string, where: string): number {
  const value = fields[key];
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw malformed(`${where}.${key} must be a number`, value);
}

function readNumbers(fields: Record<string, unknown>, key: string): number[] {
  const values = fields[key];
  if (Array.isArray(values) && values.every((value) => Number.isFinite(value))) return values as number[];
  throw malformed(`${key} must be an array of numbers`, values);
}

/** Base64 of little-endian float32. */
function decodeVectors(encoded: unknown, length: number, key: string): Float32Array {
  if (typeof encoded !== 'string' || !/^[A-Za-z0-9+/]*={0,2}$/.test(encoded)) {
    throw malformed(`${key} must be base64 text`, typeof encoded);
  }
  const bytes = Buffer.from(encoded, 'base64');
  if (bytes.length !== 4 * length) {
    throw malformed(
      `${key} must hold ${length} float32 numbers (${4 * length} bytes)`,
      `${bytes.length} bytes`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const vectors = Float32Array.from({ length }, (_, i) => view.getFloat32(4 * i, true));
  if (vectors.every((x) => Number.isFinite(x))) return vectors;
  throw malformed(`${key} must hold finite numbers`, 'NaN or infinity');
}

function malformed(problem: string, received: unknown): ProtoNormError {
  return new ProtoNormError(
    'invalid-golden',
    `Malformed alignment golden: ${problem}, received ${show(received)}.`,
    {
      received,
      hint: 'The format is described at replayAlignmentGolden in tools/golden/alignment-golden.ts.',
    },
  );
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}
