export { gemm } from './gemm';
export { filterGradient } from './filter-gradient';
export { packTransposed } from './packing';
