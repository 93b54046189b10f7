import type { ModelSpec } from '@protonorm/tensor';
import { cnn } from '../families/cnn.ts';
import { digitsCnn, digitsMlp, digitsMlp128x256, digitsResnet } from '../families/digits.ts';
import { efficientnetB0 } from '../families/efficientnet.ts';
import { linear } from '../families/linear.ts';
import { mlp, type MlpOptions } from '../families/mlp.ts';
import { mobilenetV2 } from '../families/mobilenet.ts';
import { resnet10, resnet18, resnet4, resnet6, resnet8 } from '../families/resnet.ts';
import { shufflenetV2 } from '../families/shufflenet.ts';
import { seriesCnn, seriesMlp, seriesPatch, seriesResnet } from '../families/series.ts';
import { smallCnn, smallCnnDeep, smallMlp, smallResnet } from '../families/small.ts';
import { tableDeep, tableGated, tableMlp } from '../families/table.ts';

/** A model that can be asked for by name. */
export interface ModelEntry {
  /** One phrase for lists. */
  readonly summary: string;
  /** An input shape that it is made for; others that its layers take are accepted too. */
  readonly typicalInput: readonly number[];
  /** Its name in the reference code, where it has one. */
  readonly reference?: string;
  /** Whether it takes the option `hidden`. */
  readonly hidden?: boolean;
  readonly create: (input: readonly number[], options: MlpOptions) => ModelSpec;
}

/** All models by name. */
export const modelCatalogue = {
  linear: { summary: 'one dense layer, no activation', typicalInput: [64], create: linear },
  mlp: {
    summary: 'dense and ReLU for each hidden width (option hidden, 256-256)',
    typicalInput: [64],
    hidden: true,
    create: mlp,
  },
  cnn: {
    summary: 'two 5x5 convolutions and a dense layer',
    typicalInput: [32, 32, 3],
    reference: 'FedAvgCNN',
    create: cnn,
  },
  resnet4: {
    summary: '7x7 stem and 1 basic block',
    typicalInput: [32, 32, 3],
    reference: 'resnet4',
    create: resnet4,
  },
  resnet6: {
    summary: '7x7 stem and 2 basic blocks',
    typicalInput: [32, 32, 3],
    reference: 'resnet6',
    create: resnet6,
  },
  resnet8: {
    summary: '7x7 stem and 3 basic blocks',
    typicalInput: [32, 32, 3],
    reference: 'resnet8',
    create: resnet8,
  },
  resnet10: {
    summary: '7x7 stem and 4 basic blocks',
    typicalInput: [32, 32, 3],
    reference: 'resnet10',
    create: resnet10,
  },
  resnet18: {
    summary: '7x7 stem and 8 basic blocks',
    typicalInput: [32, 32, 3],
    reference: 'resnet18',
    create: resnet18,
  },
  mobilenet_v2: {
    summary: '17 inverted residual blocks, ReLU6',
    typicalInput: [32, 32, 3],
    reference: 'mobilenet_v2',
    create: mobilenetV2,
  },
  shufflenet_v2_x1_0: {
    summary: '16 units that split and shuffle channels',
    typicalInput: [32, 32, 3],
    reference: 'shufflenet_v2_x1_0',
    create: shufflenetV2,
  },
  efficientnet_b0: {
    summary: '16 inverted residual blocks, SiLU, squeeze-and-excitation, dropout',
    typicalInput: [32, 32, 3],
    reference: 'efficientnet_b0',
    create: efficientnetB0,
  },
  'digits-mlp': {
    summary: 'hidden layer of 512',
    typicalInput: [8, 8, 1],
    reference: 'DigitsMLP',
    create: digitsMlp,
  },
  'digits-mlp-128-256': {
    summary: 'hidden layers of 128 and 256',
    typicalInput: [8, 8, 1],
    reference: 'DigitsMLP_128_256',
    create: digitsMlp128x256,
  },
  'digits-cnn': {
    summary: 'two 3x3 convolutions',
    typicalInput: [8, 8, 1],
    reference: 'DigitsCNN',
    create: digitsCnn,
  },
  'digits-resnet': {
    summary: '3x3 stem and 2 thin basic blocks',
    typicalInput: [8, 8, 1],
    create: digitsResnet,
  },
  'small-mlp': { summary: 'hidden layer of 128', typicalInput: [28, 28, 1], create: smallMlp },
  'small-cnn': {
    summary: 'two 5x5 convolutions and a dense layer, as LeNet',
    typicalInput: [28, 28, 1],
    create: smallCnn,
  },
  'small-cnn-deep': {
    summary: 'three 3x3 convolutions with batch norm',
    typicalInput: [28, 28, 1],
    create: smallCnnDeep,
  },
  'small-resnet': {
    summary: '3x3 stem and 3 thin basic blocks',
    typicalInput: [28, 28, 1],
    create: smallResnet,
  },
  'series-mlp': { summary: 'hidden layer of 256', typicalInput: [100, 1, 6], create: seriesMlp },
  'series-cnn': {
    summary: 'two convolutions of 5 steps and a dense layer',
    typicalInput: [100, 1, 6],
    create: seriesCnn,
  },
  'series-resnet': {
    summary: '3 residual blocks of convolutions of 3 steps',
    typicalInput: [100, 1, 6],
    create: seriesResnet,
  },
  'series-patch': {
    summary: 'patches of 8 steps and two dense layers',
    typicalInput: [100, 1, 6],
    create: seriesPatch,
  },
  'table-mlp': { summary: 'hidden layers of 64 and 64', typicalInput: [16], create: tableMlp },
  'table-deep': {
    summary: 'four dense layers of 64, three of them residual',
    typicalInput: [16],
    create: tableDeep,
  },
  'table-gated': {
    summary: 'two dense layers of 64 with gates',
    typicalInput: [16],
    create: tableGated,
  },
} as const satisfies Record<string, ModelEntry>;

/** The name of a model of the catalogue. */
export type ModelName = keyof typeof modelCatalogue;

/** The names of all models, in the order of the catalogue. */
export const modelNames = Object.keys(modelCatalogue) as readonly ModelName[];

/** The entry of a name, or undefined; own names only, so that 'constructor' is none. */
export function findModel(name: string): ModelEntry | undefined {
  return Object.hasOwn(modelCatalogue, name) ? modelCatalogue[name as ModelName] : undefined;
}
