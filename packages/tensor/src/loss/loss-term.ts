import type { Prototypes } from '../prototypes/prototypes.ts';

/** What a loss term sees: one batch behind a forward pass. */
export interface TermInputs {
  /** Features z, shape [B, d]. */
  readonly features: Float32Array;
  /** Logits o, shape [B, C]. */
  readonly logits: Float32Array;
  /** Labels y, shape [B], 0..C-1. */
  readonly labels: Int32Array;
  readonly batchSize: number;
  readonly dim: number;
  readonly classes: number;
}

/** Value and gradients of a term; a gradient that is left out is 0. */
export interface TermResult {
  readonly value: number;
  /** By the features, shape [B, d]. */
  readonly features?: Float32Array;
  /** By the logits, shape [B, C]. */
  readonly logits?: Float32Array;
}

/** Mean cross-entropy of the softmax of the logits with the labels. */
export interface CrossEntropyTerm {
  readonly kind: 'crossEntropy';
  /** @defaultValue 1 */
  readonly weight?: number;
}

/**
 * Mean squared error between the features and their class's vector times `scale`; the mean is over batch AND features,
 * as in torch's MSELoss. Samples of a class without a row contribute 0 and still count in the mean.
 */
export interface PullTerm {
  readonly kind: 'pull';
  readonly prototypes: Prototypes;
  /** lambda of FedProto and ProtoNorm. @defaultValue 1 */
  readonly weight?: number;
  /** Prototype upscaling. @defaultValue 1 */
  readonly scale?: number;
}

/** As `pull`, over logits: mean squared error between the logits and their class's row (dim = C); FedL2G, logit form. */
export interface LogitPullTerm {
  readonly kind: 'logitPull';
  readonly prototypes: Prototypes;
  readonly weight?: number;
}

/**
 * Cross-entropy with raw target vectors t of the class (no softmax on t): -mean_B sum_k t_k log softmax(o)_k; FedDistill
 * as released. Samples of a class without a row take their own logits as constant target.
 */
export interface DistillTerm {
  readonly kind: 'distill';
  readonly prototypes: Prototypes;
  readonly weight?: number;
}

/**
 * KL(softmax(target) || softmax(o)) divided by B * C (torch's `KLDivLoss` with reduction 'mean'); the targets are the
 * logits of a helper model for the same batch, shape [B, C]. FML, FedKD.
 */
export interface MutualTerm {
  readonly kind: 'mutual';
  readonly targets: Float32Array;
  readonly weight?: number;
}

/** Cross-entropy over the cosines of a feature to all prototypes, divided by `temperature`; classes without a row are skipped. */
export interface ContrastiveTerm {
  readonly kind: 'contrastive';
  readonly prototypes: Prototypes;
  /** @defaultValue 0.1 */
  readonly temperature?: number;
  readonly weight?: number;
}

/** An author's own term: values in, value and gradients out; no autograd, no backend. */
export interface CustomTerm {
  readonly kind: 'custom';
  /** Name in reports. */
  readonly name: string;
  readonly weight?: number;
  evaluate(inputs: TermInputs): TermResult;
}

/** A loss term as data; the loss is the sum of weight * value. */
export type LossTerm =
  CrossEntropyTerm | PullTerm | LogitPullTerm | DistillTerm | MutualTerm | ContrastiveTerm | CustomTerm;
