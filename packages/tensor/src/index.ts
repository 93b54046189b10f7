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
