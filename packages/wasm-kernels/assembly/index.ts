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
export { batchNormApply } from './batch-norm';
export { batchNormGradient, batchNormGradientSums } from './batch-norm-gradient';
export { batchNormStatistics, inverseDeviations } from './batch-norm-statistics';
export { depthwise } from './depthwise';
export { depthwiseFilterGradient } from './depthwise-filter-gradient';
export { depthwiseInputGradient } from './depthwise-input-gradient';
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
export { newtonSchulzStep64 } from './newton-schulz64';
export { gemm64, gemmTransposed64, gram64, multiplyTransposed64 } from './products64';
export { softMaxWeights64 } from './soft-max-weights64';
export { symmetricEigen64 } from './symmetric-eigen64';
