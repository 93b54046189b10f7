import { ProtoNormError } from '../../errors/protonorm-error.ts';
import type { LossTerm } from '../../loss/loss-term.ts';
import type { Prototypes } from '../../prototypes/prototypes.ts';

/** What a loss term sees, in float64. */
export interface OracleTermInputs {
  /** Shape [B, d]. */
  readonly features: Float64Array;
  /** Shape [B, C]. */
  readonly logits: Float64Array;
  /** Shape [B]. */
  readonly labels: Int32Array;
  /** Logits of the pass before it moved, shape [B, C]: the constant targets of `distill` for classes without a row. */
  readonly ownLogits?: ArrayLike<number>;
}

/**
 * The value of a loss term in float64, written from the definitions alone: no gradient, no shared code with the fast one.
 *
 * Custom terms see float32 and cannot be computed here.
 */
export function oracleTerm(term: LossTerm, inputs: OracleTermInputs): number {
  const { labels } = inputs;
  const batch = labels.length;
  const features = rows(inputs.features, batch);
  const logits = rows(inputs.logits, batch);
  const samples = Array.from(labels, (label, i) => ({ label, z: features[i], o: logits[i], i }));
  switch (term.kind) {
    case 'crossEntropy':
      return mean(samples.map(({ o, label }) => -logSoftmax(o)[label]));
    case 'pull': {
      const { scale = 1 } = term;
      return mean(
        samples.flatMap(({ z, label }) => {
          const target = vectorOf(term.prototypes, label);
          return z.map((value, j) => (target ? (value - scale * target[j]) ** 2 : 0));
        }),
      );
    }
    case 'logitPull':
      return mean(
        samples.flatMap(({ o, label }) => {
          const target = vectorOf(term.prototypes, label);
          return o.map((value, k) => (target ? (value - target[k]) ** 2 : 0));
        }),
      );
    case 'distill': {
      const own = rows(Float64Array.from(inputs.ownLogits ?? inputs.logits), batch);
      return mean(
        samples.map(({ o, label, i }) => -dot(vectorOf(term.prototypes, label) ?? own[i], logSoftmax(o))),
      );
    }
    case 'mutual': {
      const targets = rows(Float64Array.from(term.targets), batch);
      return mean(
        samples.flatMap(({ o, i }) => {
          const wanted = logSoftmax(targets[i]);
          const given = logSoftmax(o);
          return wanted.map((log, k) => Math.exp(log) * (log - given[k]));
        }),
      );
    }
    case 'contrastive': {
      const { temperature = 0.1, prototypes } = term;
      const present = Array.from(prototypes.classes);
      return mean(
        samples.map(({ z, label }) => {
          if (!present.includes(label) || norm(z) === 0) return 0;
          const scores = present.map((c) => cosine(z, vectorOf(prototypes, c)!) / temperature);
          return -logSoftmax(scores)[present.indexOf(label)];
        }),
      );
    }
    case 'custom':
      throw new ProtoNormError('invalid-argument', 'A custom term has no form in float64.', {
        received: term.name,
      });
  }
}

function vectorOf({ classes, vectors, dim }: Prototypes, label: number): number[] | undefined {
  const row = classes.indexOf(label);
  return row < 0 ? undefined : Array.from(vectors.slice(row * dim, (row + 1) * dim));
}

function rows(values: Float64Array, count: number): number[][] {
  const width = values.length / count;
  return Array.from({ length: count }, (_, i) => Array.from(values.slice(i * width, (i + 1) * width)));
}

function logSoftmax(scores: readonly number[]): number[] {
  const largest = Math.max(...scores);
  const logSum = Math.log(scores.reduce((sum, score) => sum + Math.exp(score - largest), 0)) + largest;
  return scores.map((score) => score - logSum);
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, x, j) => sum + x * b[j], 0);
const norm = (a: readonly number[]): number => Math.sqrt(dot(a, a));
const cosine = (a: readonly number[], b: readonly number[]): number =>
  norm(b) === 0 ? 0 : dot(a, b) / (norm(a) * norm(b));
