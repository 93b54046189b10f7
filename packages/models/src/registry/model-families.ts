import { ProtoNormError } from '@protonorm/tensor';
import { findModel, type ModelName } from './model-catalogue.ts';
import { unknownModel } from './unknown-name.ts';

/**
 * Groups of models for the clients of one run, named in the manner of HtFLlib: Hm = all the same, Ht = different ones.
 *
 * 'Ht0', 'HmCNN' and 'HmRes18' are the groups of ProtoNorm's published runs. 'HtFE-img-small' holds the members of HtFLlib's image groups that are in our catalogue (the groups themselves also have
 * GoogLeNet, MobileNetV2 and larger ResNets, and none is the same). 'HtDigits' has three nets of the reference runs and one
 * of ours, so its numbers cannot be compared one by one with theirs.
 */
export const modelFamilies = {
  HmDigits: ['digits-mlp'],
  HtDigits: ['digits-mlp', 'digits-mlp-128-256', 'digits-cnn', 'digits-resnet'],
  HmCNN: ['cnn'],
  HmRes18: ['resnet18'],
  Ht0: ['resnet8', 'mobilenet_v2', 'shufflenet_v2_x1_0', 'efficientnet_b0'],
  'HtFE-img-small': ['cnn', 'resnet4', 'resnet6', 'resnet8', 'resnet10'],
  'HtFE-res': ['resnet4', 'resnet6', 'resnet8', 'resnet10'],
  HtSmall: ['small-mlp', 'small-cnn', 'small-cnn-deep', 'small-resnet'],
  HtTable: ['linear', 'mlp', 'small-mlp'],
  HtTabular: ['table-mlp', 'table-deep', 'table-gated', 'small-mlp'],
  HtSeries: ['series-mlp', 'series-cnn', 'series-resnet', 'series-patch'],
} as const satisfies Record<string, readonly ModelName[]>;

/** The name of a family. */
export type ModelFamily = keyof typeof modelFamilies;

/** The names of all families. */
export const familyNames = Object.keys(modelFamilies) as readonly ModelFamily[];

/**
 * Which model each client gets: client i the model i mod G of G models, as in HtFLlib and ProtoNorm.
 *
 * @param models - a family, one model for all, or a list of models
 * @param clients - number of clients, an integer >= 0
 * @returns one model name for each client
 * @throws `unknown-model` with the known names and the nearest; `invalid-argument` for an empty list or a bad number
 * @example
 * ```ts
 * import { assignModels } from '@protonorm/models';
 * assignModels('HtDigits', 5).at(-1); // => 'digits-mlp'
 * ```
 */
export function assignModels(
  models: ModelFamily | ModelName | (string & {}) | readonly string[],
  clients: number,
): readonly ModelName[] {
  if (!(Number.isSafeInteger(clients) && clients >= 0)) {
    throw new ProtoNormError(
      'invalid-argument',
      `The number of clients must be an integer >= 0, received ${clients}.`,
      { received: clients },
    );
  }
  const group = typeof models === 'string' ? membersOf(models) : models;
  if (group.length === 0) {
    throw new ProtoNormError('invalid-argument', 'The list of models is empty.', {
      received: models,
      hint: `Name at least one model, or a family: ${familyNames.join(', ')}.`,
    });
  }
  const names = group.map((name) => {
    if (findModel(name) === undefined) throw unknownModel(name);
    return name as ModelName;
  });
  return Array.from({ length: clients }, (_, client) => names[client % names.length]);
}

function membersOf(name: string): readonly string[] {
  if (Object.hasOwn(modelFamilies, name)) return modelFamilies[name as ModelFamily];
  if (findModel(name) !== undefined) return [name];
  throw unknownModel(name, familyNames);
}
