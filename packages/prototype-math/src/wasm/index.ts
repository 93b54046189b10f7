export { createWasmLinearAlgebra } from './wasm-linear-algebra.ts';
