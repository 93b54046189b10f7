import {
  evaluateTerm,
  trainStep,
  type Backend,
  type ForwardPass,
  type Learner,
  type TermResult,
} from '@protonorm/tensor';
import type { GoldenModelCase } from './golden-model-cases.ts';
import { goldenTolerance } from './golden-tolerance.ts';

/** How far a backend is from PyTorch in one respect. */
export interface GoldenDeviation {
  /** 'eval/features', ... */
  readonly what: string;
  /** Largest difference, divided by the largest number of what was expected. */
  readonly deviation: number;
  /** The largest that rounding explains; see `golden-tolerance.ts` for the nets that amplify it. */
  readonly tolerance: number;
}

/** How a backend computes. */
export interface GoldenComparison {
  /**
   * It sums in another order than the plain loops, or transforms before it multiplies (Winograd): numbers within some
   * 1e-6 of the kink of a relu or of a tie in a max pool may fall on its other side.
   *
   * @defaultValue false
   */
  readonly otherSums?: boolean;
}

type Deviation = Omit<GoldenDeviation, 'tolerance'>;

/**
 * Runs a golden model as the reference did: one pass in evaluation mode with its gradient, then four steps of SGD (rate
 * 0.01) on the same batch, and a last pass.
 *
 * @returns one row for each thing that the golden vectors hold; the caller compares deviation and tolerance
 * @example
 * ```ts
 * import { goldenDeviations, type GoldenModelCase } from '@protonorm/models/testkit';
 * import type { Backend } from '@protonorm/tensor';
 * async function failures(backend: Backend, golden: GoldenModelCase): Promise<string[]> {
 *   const rows = await goldenDeviations(backend, golden);
 *   return rows.filter(({ deviation, tolerance }) => !(deviation <= tolerance)).map(({ what }) => what);
 * }
 * ```
 */
export async function goldenDeviations(
  backend: Backend,
  golden: GoldenModelCase,
  { otherSums = false }: GoldenComparison = {},
): Promise<readonly GoldenDeviation[]> {
  const { spec, parameters } = golden;
  using learner = await backend.createLearner(spec, { parameters });
  const rows = [...(await evaluated(learner, golden)), ...(await trained(learner, golden))];
  return rows.map((row) => ({ ...row, tolerance: goldenTolerance(golden.name, row.what, otherSums) }));
}

async function evaluated(learner: Learner, golden: GoldenModelCase): Promise<Deviation[]> {
  const { batch, spec } = golden;
  const anchors = golden.anchors.eval;
  using pass = await learner.forward(batch.inputs, { mode: 'eval', gradient: true });
  const { value, logits } = crossEntropy(pass, golden);
  await pass.backward(logits ? { logits } : {});
  const gradients = await learner.gradients();
  learner.clearGradients();
  const first = gradients.subarray(0, learner.plan.parameters[0].size);
  return [
    deviation('eval/features', pass.features, anchors.feat0),
    deviation('eval/feature norms', rowNorms(pass.features, spec.features), anchors.feat_norms),
    deviation('eval/logits', pass.logits, anchors.logits0),
    deviation('eval/loss', [value], [anchors.ce]),
    deviation('eval/gradient of the first array', [norm(first)], [anchors.grad_l2_first_param]),
    deviation('eval/gradient', [norm(gradients)], [anchors.grad_l2_total]),
  ];
}

async function trained(learner: Learner, golden: GoldenModelCase): Promise<Deviation[]> {
  const { batch, spec, anchors } = golden;
  const found: Deviation[] = [];
  for (const [step, expected] of anchors.train_ce_4steps.entries()) {
    const { features, loss } = await trainStep(learner, batch, {
      terms: [{ kind: 'crossEntropy' }],
      optimiser: { kind: 'sgd', learningRate: 0.01 },
    });
    if (step === 0) {
      const norms = rowNorms(features, spec.features);
      found.push(
        deviation('train/features', features, anchors.train_feat0_step0),
        deviation('train/feature norms', norms, anchors.train_feat_norms_step0),
      );
    }
    found.push(deviation(`train/loss of step ${step}`, [loss], [expected]));
  }
  using pass = await learner.forward(batch.inputs, { mode: 'eval' });
  const { value } = crossEntropy(pass, golden);
  found.push(deviation('train/loss after 4 steps', [value], [anchors.eval_ce_after_4_steps]));
  return found;
}

function crossEntropy({ features, logits, size }: ForwardPass, { batch, spec }: GoldenModelCase): TermResult {
  const inputs = { features, logits, labels: batch.labels, batchSize: size };
  return evaluateTerm({ kind: 'crossEntropy' }, { ...inputs, dim: spec.features, classes: spec.classes });
}

/** Of the first numbers of `actual`, as many as are expected; the reference keeps the first features of one sample. */
function deviation(what: string, actual: ArrayLike<number>, expected: readonly number[]): Deviation {
  // Behind a ReLU all the kept features may be 0.
  const largest = Math.max(...expected.map(Math.abs)) || 1;
  const differences = expected.map((value, i) => Math.abs(actual[i] - value));
  return { what, deviation: Math.max(...differences) / largest };
}

function norm(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}

function rowNorms(values: Float32Array, width: number): number[] {
  return Array.from({ length: values.length / width }, (_, row) =>
    norm(values.subarray(row * width, (row + 1) * width)),
  );
}
