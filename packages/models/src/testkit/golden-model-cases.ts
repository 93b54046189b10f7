import type { LabelledBatch, ModelSpec } from '@protonorm/tensor';
import { referenceParameters } from '../initialisation/reference-parameters.ts';
import { createModel } from '../registry/create-model.ts';
import type { ModelName } from '../registry/model-catalogue.ts';
import { withoutDropout } from './without-dropout.ts';

/** The files of golden vectors, read by the caller: this door knows no file system. */
export interface GoldenFiles {
  /** `golden/models.json`, parsed. */
  readonly models: unknown;
  /** `golden/cifar2k_u8_nhwc.bin.gz`, unpacked: images [32, 32, 3] of one byte a number. */
  readonly cifar: Uint8Array;
  /** `data/digits/digits.csv.gz`, unpacked: a header, then 64 pixels of 0 to 16 and the label. */
  readonly digits: string;
}

/** Numbers of one model of the reference code, run by PyTorch on 8 images. */
export interface GoldenAnchors {
  readonly params: readonly (readonly [name: string, shape: readonly number[]])[];
  readonly init_first: readonly number[];
  readonly eval: {
    readonly feat0: readonly number[];
    readonly feat_norms: readonly number[];
    readonly logits0: readonly number[];
    readonly ce: number;
    readonly grad_l2_first_param: number;
    readonly grad_l2_total: number;
  };
  readonly train_feat0_step0: readonly number[];
  readonly train_feat_norms_step0: readonly number[];
  readonly train_ce_4steps: readonly number[];
  readonly eval_ce_after_4_steps: number;
}

/** A model with its initial weights, a batch, and what PyTorch made of them. */
export interface GoldenModelCase {
  readonly name: ModelName;
  /** Its dropout is switched off, as in the golden runs. */
  readonly spec: ModelSpec;
  readonly parameters: Float32Array;
  readonly batch: LabelledBatch;
  readonly anchors: GoldenAnchors;
}

interface GoldenModels extends Readonly<
  Record<'cifar_idx' | 'cifar_labels' | 'digits_idx' | 'digits_labels', readonly number[]>
> {
  readonly models: Readonly<Record<string, GoldenAnchors>>;
}

const reference = [
  ['digits-mlp', 'DigitsMLP'],
  ['digits-mlp-128-256', 'DigitsMLP_128_256'],
  ['digits-cnn', 'DigitsCNN'],
  ['cnn', 'FedAvgCNN'],
  ['resnet8', 'resnet8'],
  ['mobilenet_v2', 'mobilenet_v2'],
  ['shufflenet_v2_x1_0', 'shufflenet_v2_x1_0'],
  ['efficientnet_b0', 'efficientnet_b0'],
] as const satisfies [ModelName, string][];

/**
 * The models of the catalogue for which there are golden vectors.
 *
 * @example
 * ```ts
 * import { readFileSync } from 'node:fs';
 * import { gunzipSync } from 'node:zlib';
 * import { goldenModelCases, type GoldenModelCase } from '@protonorm/models/testkit';
 * function readCases(shared: string): readonly GoldenModelCase[] {
 *   const unpack = (path: string) => gunzipSync(readFileSync(`${shared}/${path}`));
 *   return goldenModelCases({
 *     models: JSON.parse(readFileSync(`${shared}/golden/models.json`, 'utf8')),
 *     cifar: unpack('golden/cifar2k_u8_nhwc.bin.gz'),
 *     digits: unpack('data/digits/digits.csv.gz').toString(),
 *   });
 * }
 * ```
 */
export function goldenModelCases(files: GoldenFiles): readonly GoldenModelCase[] {
  const golden = files.models as GoldenModels;
  return reference.map(([name, key]) => {
    const digits = name.startsWith('digits');
    const spec = withoutDropout(createModel(name, { input: digits ? [8, 8, 1] : [32, 32, 3], classes: 10 }));
    return {
      name,
      spec,
      parameters: referenceParameters(spec, 1000),
      batch: digits ? digitsBatch(files.digits, golden) : cifarBatch(files.cifar, golden),
      anchors: golden.models[key],
    };
  });
}

/** Pixels from [0, most] to [-1, 1]. */
function normalise(pixels: ArrayLike<number>, most: number): number[] {
  return Array.from(pixels, (pixel) => (pixel / most - 0.5) / 0.5);
}

function cifarBatch(bytes: Uint8Array, { cifar_idx, cifar_labels }: GoldenModels): LabelledBatch {
  const size = 32 * 32 * 3;
  const images = cifar_idx.map((at) => normalise(bytes.subarray(at * size, (at + 1) * size), 255));
  return { inputs: Float32Array.from(images.flat()), labels: Int32Array.from(cifar_labels) };
}

function digitsBatch(csv: string, { digits_idx, digits_labels }: GoldenModels): LabelledBatch {
  const rows = csv.trim().split('\n').slice(1);
  const images = digits_idx.map((at) => normalise(rows[at].split(',').slice(0, 64).map(Number), 16));
  return { inputs: Float32Array.from(images.flat()), labels: Int32Array.from(digits_labels) };
}
