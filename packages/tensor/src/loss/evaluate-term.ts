import { ProtoNormError } from '../errors/protonorm-error.ts';
import { rowOfClass, rowVector, type Prototypes } from '../prototypes/prototypes.ts';
import type { LossTerm, TermInputs, TermResult } from './loss-term.ts';

/**
 * The value of one term (without its weight) and its gradients, in double precision, rounded to float32 once.
 *
 * @throws `shape-mismatch` when prototypes, targets or labels do not have the size of the features or logits, or a custom
 *   term gives a gradient of another size; `unknown-class` for a label outside of 0..C-1; `invalid-argument` for a
 *   temperature that is not positive
 * @example
 * ```ts
 * import { evaluateTerm } from '@protonorm/tensor';
 * const inputs = {
 *   features: Float32Array.of(1, 2),
 *   logits: Float32Array.of(0, 0),
 *   labels: Int32Array.of(1),
 *   batchSize: 1,
 *   dim: 2,
 *   classes: 2,
 * };
 * evaluateTerm({ kind: 'crossEntropy' }, inputs).value; // => 0.6931471805599453
 * ```
 */
export function evaluateTerm(term: LossTerm, inputs: TermInputs): TermResult {
  checkInputs(inputs);
  switch (term.kind) {
    case 'crossEntropy':
      return crossEntropy(inputs);
    case 'pull': {
      const { value, gradient } = squaredErrorToRows(
        inputs.features,
        inputs.dim,
        inputs,
        term.prototypes,
        term.scale ?? 1,
      );
      return { value, features: gradient };
    }
    case 'logitPull': {
      const { value, gradient } = squaredErrorToRows(
        inputs.logits,
        inputs.classes,
        inputs,
        term.prototypes,
        1,
      );
      return { value, logits: gradient };
    }
    case 'distill':
      return distill(inputs, term.prototypes);
    case 'mutual':
      return mutual(inputs, term.targets);
    case 'contrastive':
      return contrastive(inputs, term.prototypes, term.temperature ?? 0.1);
    case 'custom':
      return checkResult(term.name, term.evaluate(inputs), inputs);
    default: {
      const unknown: never = term;
      throw new ProtoNormError('invalid-argument', `Unknown loss term ${JSON.stringify(unknown)}.`, {
        received: unknown,
      });
    }
  }
}

function crossEntropy({ logits, labels, batchSize, classes }: TermInputs): TermResult {
  const gradient = new Float32Array(logits.length);
  const p = new Float64Array(classes);
  let value = 0;
  for (let i = 0; i < batchSize; i++) {
    const label = labels[i];
    const logNormaliser = softmaxRow(logits, i * classes, p);
    value += logNormaliser - logits[i * classes + label];
    for (let k = 0; k < classes; k++) gradient[i * classes + k] = (p[k] - (k === label ? 1 : 0)) / batchSize;
  }
  return { value: value / batchSize, logits: gradient };
}

function squaredErrorToRows(
  values: Float32Array, // [B, width]
  width: number,
  { labels, batchSize }: TermInputs,
  table: Prototypes,
  scale: number,
): { value: number; gradient: Float32Array } {
  checkWidth(table, width);
  const gradient = new Float32Array(values.length);
  const count = batchSize * width;
  const { vectors } = table;
  let value = 0;
  for (let i = 0; i < batchSize; i++) {
    const row = rowOfClass(table, labels[i]);
    if (row < 0) continue;
    const start = i * width;
    const target = row * width;
    for (let j = 0; j < width; j++) {
      // The reference scales the table in float32 before it compares.
      const difference = values[start + j] - Math.fround(scale * vectors[target + j]);
      value += difference * difference;
      gradient[start + j] = (2 * difference) / count;
    }
  }
  return { value: value / count, gradient };
}

function distill({ logits, labels, batchSize, classes }: TermInputs, table: Prototypes): TermResult {
  checkWidth(table, classes);
  const gradient = new Float32Array(logits.length);
  const p = new Float64Array(classes);
  let value = 0;
  for (let i = 0; i < batchSize; i++) {
    const row = rowOfClass(table, labels[i]);
    const own = logits.subarray(i * classes, (i + 1) * classes);
    const target = row < 0 ? own : rowVector(table, row);
    const logNormaliser = softmaxRow(logits, i * classes, p);
    let sum = 0;
    for (let k = 0; k < classes; k++) sum += target[k];
    for (let k = 0; k < classes; k++) {
      value += target[k] * (logNormaliser - own[k]);
      gradient[i * classes + k] = (sum * p[k] - target[k]) / batchSize;
    }
  }
  return { value: value / batchSize, logits: gradient };
}

function mutual({ logits, batchSize, classes }: TermInputs, targets: Float32Array): TermResult {
  if (targets.length !== logits.length) {
    throw new ProtoNormError(
      'shape-mismatch',
      `Targets have ${targets.length} numbers, logits ${logits.length}.`,
      {
        received: targets.length,
        expected: logits.length,
      },
    );
  }
  const gradient = new Float32Array(logits.length);
  const own = new Float64Array(classes);
  const target = new Float64Array(classes);
  const count = batchSize * classes;
  let value = 0;
  for (let i = 0; i < batchSize; i++) {
    const ownLog = softmaxRow(logits, i * classes, own);
    const targetLog = softmaxRow(targets, i * classes, target);
    for (let k = 0; k < classes; k++) {
      const at = i * classes + k;
      value += target[k] * (targets[at] - targetLog - (logits[at] - ownLog));
      gradient[at] = (own[k] - target[k]) / count;
    }
  }
  return { value: value / count, logits: gradient };
}

function contrastive(
  { features, labels, batchSize, dim }: TermInputs,
  table: Prototypes,
  temperature: number,
): TermResult {
  checkWidth(table, dim);
  if (!(temperature > 0)) {
    throw new ProtoNormError('invalid-argument', `A temperature must be positive, received ${temperature}.`, {
      received: temperature,
    });
  }
  const n = table.classes.length;
  const gradient = new Float32Array(features.length);
  const lengths = Float64Array.from({ length: n }, (_, row) => norm(rowVector(table, row)));
  const cosines = new Float64Array(n);
  const p = new Float64Array(n);
  let value = 0;
  for (let i = 0; i < batchSize; i++) {
    const row = rowOfClass(table, labels[i]);
    const z = features.subarray(i * dim, (i + 1) * dim);
    const length = norm(z);
    if (row < 0 || length === 0) continue;
    for (let k = 0; k < n; k++)
      cosines[k] = lengths[k] === 0 ? 0 : dot(z, rowVector(table, k)) / (length * lengths[k]);
    const scores = cosines.map((cosine) => cosine / temperature);
    const logNormaliser = softmaxRow(scores, 0, p);
    value += logNormaliser - scores[row];
    for (let k = 0; k < n; k++) {
      if (lengths[k] === 0) continue;
      const factor = (p[k] - (k === row ? 1 : 0)) / (temperature * batchSize);
      const prototype = rowVector(table, k);
      for (let j = 0; j < dim; j++) {
        gradient[i * dim + j] +=
          factor * (prototype[j] / (length * lengths[k]) - (cosines[k] * z[j]) / (length * length));
      }
    }
  }
  return { value: value / batchSize, features: gradient };
}

/** Writes softmax(values[offset..]) to `out` and returns log sum exp, both without overflow. */
function softmaxRow(values: ArrayLike<number>, offset: number, out: Float64Array): number {
  let largest = -Infinity;
  for (let k = 0; k < out.length; k++) largest = Math.max(largest, values[offset + k]);
  let sum = 0;
  for (let k = 0; k < out.length; k++) sum += out[k] = Math.exp(values[offset + k] - largest);
  for (let k = 0; k < out.length; k++) out[k] /= sum;
  return largest + Math.log(sum);
}

function checkInputs({ features, logits, labels, batchSize, dim, classes }: TermInputs): void {
  if (
    labels.length !== batchSize ||
    features.length !== batchSize * dim ||
    logits.length !== batchSize * classes
  ) {
    const received = [labels.length, features.length, logits.length];
    const expected = [batchSize, batchSize * dim, batchSize * classes];
    throw new ProtoNormError(
      'shape-mismatch',
      `A batch of ${batchSize} has ${received[0]} labels, ${received[1]} features and ${received[2]} logits.`,
      { received, expected },
    );
  }
  const bad = labels.find((label) => label < 0 || label >= classes);
  if (bad === undefined) return;
  throw new ProtoNormError('unknown-class', `A label is ${bad}, but the model has ${classes} classes.`, {
    received: bad,
  });
}

function checkResult(name: string, result: TermResult, { features, logits }: TermInputs): TermResult {
  for (const [given, like] of [
    [result.features, features],
    [result.logits, logits],
  ]) {
    if (given === undefined || given.length === like!.length) continue;
    throw new ProtoNormError(
      'shape-mismatch',
      `The custom term '${name}' gave a gradient of ${given.length} numbers instead of ${like!.length}.`,
      { received: given.length, expected: like!.length },
    );
  }
  return result;
}

function checkWidth(table: Prototypes, width: number): void {
  if (table.dim === width) return;
  throw new ProtoNormError(
    'shape-mismatch',
    `The prototypes have dim ${table.dim}, but the model gives ${width} numbers.`,
    {
      received: table.dim,
      expected: width,
    },
  );
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += a[j] * b[j];
  return sum;
}

function norm(a: Float32Array): number {
  return Math.sqrt(dot(a, a));
}
