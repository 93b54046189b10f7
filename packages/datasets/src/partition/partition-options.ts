import { ProtoNormError, type RngLabel } from '@protonorm/tensor';

/** Settings of every kind of partition. */
export interface CommonPartitionOptions {
  /** Number of clients, an integer >= 1. */
  readonly clients: number;
  /** Root of all randomness; with `compat: 'numpy-legacy'` the argument of `np.random.seed`, 0..2^32-1. */
  readonly seed: RngLabel;
  /**
   * Number of classes C; without it, the largest label + 1. The reference draws shares also for a class without
   * samples, so C changes its partition.
   */
  readonly classes?: number;
  /**
   * Share of each client's samples that it trains on, in (0, 1]; the rest is its test set. n_train = floor(share * n).
   *
   * @defaultValue 0.75
   */
  readonly trainFraction?: number;
  /**
   * Fewest samples (training and test) that a client may get.
   *
   * @defaultValue 2 (one for training, one for testing); 1 for 'natural' and with `compat`, as in the reference
   */
  readonly minSamples?: number;
  /**
   * How often a random partition is drawn before the settings are refused.
   *
   * @defaultValue 1000
   */
  readonly maxTries?: number;
}

/** Samples in random order, cut into equal parts (sizes differ by at most one). */
export interface IidPartitionOptions extends CommonPartitionOptions {
  readonly kind: 'iid';
}

/**
 * Label skew: for each class, Dirichlet shares over the clients; a client that already holds n / clients samples gets
 * no more (Yurochkin et al. 2019, as in PFLlib, HtFLlib and ProtoNorm).
 */
export interface DirichletPartitionOptions extends CommonPartitionOptions {
  readonly kind: 'dirichlet';
  /**
   * Concentration, > 0: small is uneven.
   *
   * @defaultValue 0.1
   */
  readonly alpha?: number;
  /** Reproduces the reference index by index. */
  readonly compat?: 'numpy-legacy';
}

/** Each client holds a fixed number of classes. */
export interface PathologicalPartitionOptions extends CommonPartitionOptions {
  readonly kind: 'pathological';
  /**
   * Classes of a client, 1..C.
   *
   * @defaultValue 2
   */
  readonly classesPerClient?: number;
  /**
   * Whether the clients of a class get equal parts of it; otherwise weights are uniform in [0.1, 1).
   *
   * @defaultValue false
   */
  readonly balanced?: boolean;
  /** Reproduces PFLlib's `pat` index by index. */
  readonly compat?: 'numpy-legacy';
}

/** Same class distribution everywhere, sizes by Dirichlet shares. */
export interface QuantitySkewPartitionOptions extends CommonPartitionOptions {
  readonly kind: 'quantity-skew';
  /**
   * Concentration, > 0: small is uneven.
   *
   * @defaultValue 0.5
   */
  readonly alpha?: number;
}

/** Samples stay with their owners: a writer, a speaker, a hospital. */
export interface NaturalPartitionOptions extends Omit<CommonPartitionOptions, 'clients'> {
  readonly kind: 'natural';
  /** Owner of each sample, shape [n], >= 0; `dataset.groups`. */
  readonly groups: ArrayLike<number>;
  /** Fewer clients than owners: whole owners are dealt to them. Without it, one client for each owner. */
  readonly clients?: number;
}

/** Settings of {@link partition}. */
export type PartitionOptions =
  | IidPartitionOptions
  | DirichletPartitionOptions
  | PathologicalPartitionOptions
  | QuantitySkewPartitionOptions
  | NaturalPartitionOptions;

export type PartitionKind = PartitionOptions['kind'];

/** Every kind of partition, in the order of the documentation. */
export const partitionKinds = [
  'iid',
  'dirichlet',
  'pathological',
  'quantity-skew',
  'natural',
] as const satisfies readonly PartitionKind[];

/** The settings that all kinds share, checked and with their defaults. */
export interface DrawSettings {
  readonly clients: number;
  readonly seed: RngLabel;
  readonly classes: number;
  readonly trainFraction: number;
  readonly minSamples: number;
  readonly maxTries: number;
}

/** @throws `infeasible-partition` with the reason that the message of `hint` gives a way out of */
export function infeasible(reason: string, details: { received?: unknown; hint?: string }): ProtoNormError {
  return new ProtoNormError('infeasible-partition', reason, details);
}

/** @throws `infeasible-partition` unless alpha is positive and finite */
export function checkAlpha(alpha: number): void {
  if (alpha > 0 && Number.isFinite(alpha)) return;
  throw infeasible(`alpha must be positive and finite, received ${alpha}.`, {
    received: alpha,
    hint: "Common values are 0.05 (very uneven) to 100 (even); for exactly even parts use kind 'iid'.",
  });
}

/**
 * Checks what all kinds share.
 *
 * @throws `invalid-argument` for values that no data could meet, `infeasible-partition` for those that this data cannot
 */
export function resolveSettings(
  labels: ArrayLike<number>,
  options: CommonPartitionOptions,
  defaultMinSamples: number,
): DrawSettings {
  const n = labels.length;
  const { clients, seed, trainFraction = 0.75, minSamples = defaultMinSamples, maxTries = 1000 } = options;
  requireInteger('clients', clients, 1);
  requireInteger('minSamples', minSamples, 0);
  requireInteger('maxTries', maxTries, 1);
  if (!(trainFraction > 0 && trainFraction <= 1)) {
    throw new ProtoNormError(
      'invalid-argument',
      `trainFraction must be in (0, 1], received ${trainFraction}.`,
      {
        received: trainFraction,
      },
    );
  }
  const classes = resolveClasses(labels, options.classes);
  if (clients > n) {
    throw infeasible(`${n} samples cannot be shared among ${clients} clients.`, {
      received: clients,
      hint: `Ask for at most ${n} clients.`,
    });
  }
  if (minSamples * clients > n) {
    throw infeasible(
      `${clients} clients with at least ${minSamples} samples need ${minSamples * clients}, there are ${n}.`,
      {
        received: { clients, minSamples },
        hint: `Ask for at most ${Math.floor(n / minSamples)} clients or minSamples ${Math.floor(n / clients)}.`,
      },
    );
  }
  return { clients, seed, classes, trainFraction, minSamples, maxTries };
}

/** @throws `invalid-argument` unless the value is an integer >= min */
export function requireInteger(name: string, value: number, min: number): void {
  if (Number.isSafeInteger(value) && value >= min) return;
  throw new ProtoNormError('invalid-argument', `${name} must be an integer >= ${min}, received ${value}.`, {
    received: value,
  });
}

function resolveClasses(labels: ArrayLike<number>, asked: number | undefined): number {
  let largest = -1;
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i];
    if (!(Number.isInteger(label) && label >= 0)) {
      throw new ProtoNormError('unknown-class', `Label ${label} of sample ${i} is no class index.`, {
        received: label,
      });
    }
    if (label > largest) largest = label;
  }
  if (asked === undefined) return largest + 1;
  requireInteger('classes', asked, 1);
  if (largest >= asked) {
    throw new ProtoNormError('unknown-class', `There is a label ${largest}, but only ${asked} classes.`, {
      received: largest,
      expected: asked,
    });
  }
  return asked;
}
