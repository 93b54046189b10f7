export { keepAbsentClasses } from './building-blocks/keep-absent-classes.ts';
export {
  prototypeSourceHyper,
  trainAndCollect,
  type PrototypeSource,
} from './building-blocks/prototype-source.ts';
export { fedAvg } from './fedavg.ts';
export { fedProto } from './fedproto.ts';
export { fedProx } from './fedprox.ts';
export { local } from './local.ts';
export { protoNorm, protoNormReference } from './protonorm/protonorm.ts';
export { strategies, strategyById } from './registry.ts';
