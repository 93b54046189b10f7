export { errorCodes, type ErrorCode } from './errors/error-codes.ts';
export { isProtoNormError, ProtoNormError, type ErrorDetails } from './errors/protonorm-error.ts';
export { createRng, type Rng, type RngLabel } from './random/rng.ts';
export { mulberry32 } from './random/mulberry32.ts';
export { ExactSum } from './sum/exact-sum.ts';
export {
  checkPrototypes,
  emptyPrototypes,
  rowOfClass,
  rowVector,
  type Prototypes,
} from './prototypes/prototypes.ts';
export { PrototypeSums, type PrototypeWeighting } from './prototypes/prototype-sums.ts';
export type {
  ActivationLayer,
  AdaptiveAveragePool1dLayer,
  BatchNormLayer,
  ChannelShuffleLayer,
  ChannelSliceLayer,
  ConcatLayer,
  Conv2dLayer,
  DenseLayer,
  DropoutLayer,
  FlattenLayer,
  GateLayer,
  GlobalAveragePool2dLayer,
  LayerKind,
  LayerSpec,
  MaxPool2dLayer,
  ResidualLayer,
  WeightInit,
} from './model/layer-spec.ts';
export { innerChains } from './model/inner-chains.ts';
export { chainOutputShape, layerOutputShape } from './model/layer-shape.ts';
export { canonicalJson, modelKey, type ModelSpec } from './model/model-spec.ts';
export { planModel, type ModelArray, type ModelPart, type ModelPlan } from './model/model-plan.ts';
export type { Backend, BackendMemory } from './learner/backend.ts';
export type {
  Awaitable,
  ForwardOptions,
  ForwardPass,
  Learner,
  OutputGradients,
  StepOptions,
} from './learner/learner.ts';
export type { AdamOptimiser, Optimiser, SgdOptimiser } from './learner/optimiser.ts';
export {
  trainStep,
  type LabelledBatch,
  type TrainStepOptions,
  type TrainStepReport,
} from './learner/train-step.ts';
export { evaluateTerm } from './loss/evaluate-term.ts';
export type {
  ContrastiveTerm,
  CrossEntropyTerm,
  CustomTerm,
  DistillTerm,
  LogitPullTerm,
  LossTerm,
  MutualTerm,
  PullTerm,
  TermInputs,
  TermResult,
} from './loss/loss-term.ts';
export {
  checkDataset,
  sampleSize,
  shareDataset,
  sliceDataset,
  type Batch,
  type BatchOptions,
  type Dataset,
  type DataSlice,
  type Normalisation,
} from './data/dataset.ts';
export type { StateArray, StateTree } from './state/state-tree.ts';
export { decodeState } from './state/decode-state.ts';
export { encodeState } from './state/encode-state.ts';
export {
  decodeSafetensors,
  encodeSafetensors,
  type EncodeOptions,
  type DecodeOptions,
  type Safetensor,
  type SafetensorArrays,
  type SafetensorDtype,
  type SafetensorFile,
} from './safetensors/index.ts';
export {
  batchSizeOf,
  checkForward,
  checkOutputGradients,
  checkPartValues,
  partTarget,
  checkStep,
  partRange,
} from './learner/check-arguments.ts';
export { probeTraining } from './learner/probe-training.ts';
export { firstNotFinite } from './learner/first-not-finite.ts';
export { freshBuffers } from './learner/fresh-buffers.ts';
export { nearestName } from './errors/nearest-name.ts';
export { errorFromData, errorToData, type ErrorData } from './errors/error-data.ts';
export { checkLayer } from './model/layer-check.ts';
