import {
  rowOfClass,
  rowVector,
  type Learner,
  type Prototypes,
  type TrainStepReport,
} from '@protonorm/tensor';

/** What the pull did in a round, over all samples of all clients. */
export interface PullReport {
  /** Mean cross entropy of the training steps; undefined without any. */
  readonly crossEntropy: number | undefined;
  /** sum |t - z|^2 / sum |t|^2 over features z with a target t: 1 = as far off as a feature of 0; undefined without targets. */
  readonly relativeError: number | undefined;
  /** The same over the first step of each client, before it has moved anything. */
  readonly relativeErrorBefore: number | undefined;
  /** Root mean square of |t - z| over that step. */
  readonly distanceBefore: number | undefined;
  /** Mean norm of the cross entropy's gradient by a sample's features, in the first step; undefined where not measured. */
  readonly crossEntropyGradient: number | undefined;
  /** Root mean square of the features' distance from their client's class mean along one direction; undefined as above. */
  readonly spread: number | undefined;
}

/** Places of the sums in an upload. */
const SAMPLES = 0;
const CROSS_ENTROPY = 1;
const SQUARED_DISTANCE = 2;
const SQUARED_TARGET = 3;
const GRADIENTS = 4;
const GRADIENT_NORM = 5;
const SPREADS = 6;
const SQUARED_SPREAD = 7;
const FIRST_SQUARED_DISTANCE = 8;
const FIRST_SQUARED_TARGET = 9;
const FIRST_WITH_TARGET = 10;
/** Numbers of an upload's report. */
export const PULL_SUMS = 11;
const LARGEST_FLOAT32 = 3.4028234663852886e38;

/** Gathers a client's part of a {@link PullReport} as sums, which add up over clients. */
export class PullWatch {
  readonly #sums = new Float64Array(PULL_SUMS);
  readonly #targets: Prototypes | undefined;
  readonly #scale: number;
  readonly #head: Float32Array | undefined;
  readonly #squaredNorms: readonly number[];

  private constructor(
    pull: { readonly targets: Prototypes; readonly scale: number } | undefined,
    head: Float32Array | undefined,
  ) {
    this.#targets = pull?.targets;
    this.#scale = pull?.scale ?? 1;
    this.#head = head;
    this.#squaredNorms = Array.from(pull?.targets.classes ?? [], (_, row) =>
      rowVector(pull!.targets, row).reduce((sum, x) => sum + (this.#scale * x) ** 2, 0),
    );
  }

  /**
   * @param pull - the targets and what they are multiplied by; undefined in a client's rounds without: the gradient of the
   *   cross entropy is then measured, where the head is one dense layer
   */
  static async begin(
    learner: Learner,
    pull: { readonly targets: Prototypes; readonly scale: number } | undefined,
  ): Promise<PullWatch> {
    const { head } = learner.plan.spec;
    const isDense = head.length === 1 && head[0].kind === 'dense';
    return new PullWatch(pull, pull === undefined && isDense ? await learner.read('head') : undefined);
  }

  /** Takes a step of training whose first term is the cross entropy, and whose second is the pull. */
  onStep({ values, features, logits }: TrainStepReport, labels: Int32Array): void {
    const sums = this.#sums;
    const first = sums[SAMPLES] === 0;
    if (first && this.#head !== undefined) this.#addGradients(logits, labels, features.length);
    sums[SAMPLES] += labels.length;
    sums[CROSS_ENTROPY] += values[0] * labels.length;
    if (this.#targets === undefined) return;
    for (const label of labels) {
      const row = rowOfClass(this.#targets, label);
      if (row < 0) continue;
      sums[SQUARED_TARGET] += this.#squaredNorms[row];
      if (first) sums[FIRST_WITH_TARGET]++;
    }
    sums[SQUARED_DISTANCE] += values[1] * features.length; // the term is a mean over batch and features
    if (first) {
      sums[FIRST_SQUARED_DISTANCE] = sums[SQUARED_DISTANCE];
      sums[FIRST_SQUARED_TARGET] = sums[SQUARED_TARGET];
    }
  }

  /** Takes how far the features lie from their class means: mean squared distance for each direction. */
  spread(meanSquare: number, samples: number): void {
    this.#sums[SPREADS] += samples;
    this.#sums[SQUARED_SPREAD] += meanSquare * samples;
  }

  /** float32 [PULL_SUMS]. Of a client that is about to diverge, the largest number instead of an infinity: it is to be seen. */
  sums(): Float32Array {
    return Float32Array.from(this.#sums, (sum) => Math.min(sum, LARGEST_FLOAT32));
  }

  /** |dCE/dz| = |W^T (softmax(o) - e_y)| for each sample, before the first step. */
  #addGradients(logits: Float32Array, labels: Int32Array, features: number): void {
    const dim = features / labels.length;
    const classes = logits.length / labels.length;
    const gradient = new Float64Array(dim);
    labels.forEach((label, i) => {
      const own = logits.subarray(i * classes, (i + 1) * classes);
      const most = own.reduce((a, b) => Math.max(a, b));
      const total = own.reduce((sum, o) => sum + Math.exp(o - most), 0);
      gradient.fill(0);
      for (let k = 0; k < classes; k++) {
        const error = Math.exp(own[k] - most) / total - (k === label ? 1 : 0);
        for (let j = 0; j < dim; j++) gradient[j] += error * this.#head![k * dim + j];
      }
      this.#sums[GRADIENT_NORM] += Math.sqrt(gradient.reduce((sum, g) => sum + g * g, 0));
    });
    this.#sums[GRADIENTS] += labels.length;
  }
}

/** What the sums of all clients say; undefined = no client sent any. */
export function readPullReport(sums: Float64Array | undefined): PullReport {
  const ratio = (numerator: number, denominator: number): number | undefined =>
    sums === undefined || sums[denominator] === 0 ? undefined : sums[numerator] / sums[denominator];
  const root = (square: number | undefined): number | undefined =>
    square === undefined ? undefined : Math.sqrt(square);
  return {
    crossEntropy: ratio(CROSS_ENTROPY, SAMPLES),
    relativeError: ratio(SQUARED_DISTANCE, SQUARED_TARGET),
    relativeErrorBefore: ratio(FIRST_SQUARED_DISTANCE, FIRST_SQUARED_TARGET),
    distanceBefore: root(ratio(FIRST_SQUARED_DISTANCE, FIRST_WITH_TARGET)),
    crossEntropyGradient: ratio(GRADIENT_NORM, GRADIENTS),
    spread: root(ratio(SQUARED_SPREAD, SPREADS)),
  };
}
