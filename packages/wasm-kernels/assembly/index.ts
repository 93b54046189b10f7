export { gemm } from './gemm';
export { filterGradientOfFewRows } from './few-rows';
export { filterGradient } from './filter-gradient';
export { packTransposed } from './packing';
export {
  winogradFilter,
  winogradFilterGradient,
  winogradInput,
  winogradInputGradient,
  winogradOutput,
  winogradOutputGradient,
} from './winograd';
export { activate, activateGradient } from './activation';
export {
  batchNormApply,
  batchNormGradient,
  batchNormGradientSums,
  batchNormStatistics,
  inverseDeviations,
} from './batch-norm';
export { depthwise, depthwiseFilterGradient, depthwiseInputGradient } from './depthwise';
export { depthwiseFilterGradientWithoutHalo, depthwiseWithoutHalo } from './depthwise-without-halo';
export { addImages, columnSums, copyImages, fillImages, multiplyImages } from './elementwise';
export {
  adaptiveAveragePool1d,
  adaptiveAveragePool1dGradient,
  globalAveragePool,
  globalAveragePoolGradient,
  maxPool,
  maxPoolGradient,
} from './pooling';
export { gate, gateGradient, scaleImages } from './gate';
export { fromChannelsFirst, shuffleChannels, toChannelsFirst } from './rearranging';
export { adam, addProximal, scale, sgd, sgdMomentum, sumOfSquares } from './optimiser';
export { contrastive, crossEntropy, distill, mutual, squaredError } from './loss';
export {
  gemm64,
  gram64,
  multiplyTransposed64,
  newtonSchulzStep64,
  symmetricEigen64,
} from './linear-algebra';
