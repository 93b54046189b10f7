export { gemm } from './gemm';
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
