export { choice, flag, integer, number, resolveHyper } from './hyper/hyperparameter.ts';
export type {
  ChoiceHyper,
  FlagHyper,
  HyperSchema,
  HyperValue,
  HyperValues,
  Hyperparameter,
  NumberHyper,
} from './hyper/hyperparameter.ts';
export type { Collected } from './reduce/collect.ts';
export {
  resolvePrototypeEncoding,
  type PrototypeEncoding,
  type PrototypePrecision,
} from './prototype-encoding/prototype-encoding.ts';
export { reduce } from './reduce/index.ts';
export { reducerOf } from './reduce/reducer-of.ts';
export type { Accumulator, Reducer } from './reduce/reducer.ts';
export { checkMessage, type AxisSizes } from './schema/check-message.ts';
export { createCodec, isMessageError, type CodecOptions, type MessageCodec } from './schema/codec.ts';
export { messageBytes } from './schema/message-bytes.ts';
export { crc32 } from './schema/crc32.ts';
export { t } from './schema/field.ts';
export type {
  Axis,
  Field,
  FieldValue,
  ListField,
  MessageSchema,
  MessageValue,
  OptionalField,
  PrototypesField,
  ScalarField,
  TensorField,
  TensorType,
} from './schema/field.ts';
export { axisSizes } from './strategy/axis-sizes.ts';
export { checkStrategy, defineStrategy, strategyName } from './strategy/define-strategy.ts';
export type {
  AnyStrategy,
  Capabilities,
  ClientContext,
  ClientRoundContext,
  ClientRoundResult,
  CreateLearner,
  Evaluator,
  FederationInfo,
  LocalTraining,
  ModelOutputs,
  ServerContext,
  ServerInitContext,
  ServerStep,
  StrategyWarning,
  Strategy,
  TrainingStep,
} from './strategy/strategy.ts';
export {
  trainLocally,
  type LocalTrainingReport,
  type TrainLocallyOptions,
} from './training/train-locally.ts';
