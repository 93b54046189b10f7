export { align, type AlignmentResult, type Movement } from './alignment/align.ts';
export { alignAroundMean, type AroundMeanResult } from './alignment/align-around-mean.ts';
export type { AlignOptions, AlignmentStep } from './alignment/align-options.ts';
export { alignmentMethods, type AlignmentMethod } from './alignment/alignment-methods.ts';
export { alignPlainly } from './alignment/reference-plain.ts';
export type { AnnealOptions } from './alignment/anneal-options.ts';
export type { ReferenceOptions } from './alignment/reference-options.ts';
export type { EnergyDescentOptions } from './alignment/energy-descent.ts';
export type { OrthantOptions } from './alignment/orthant.ts';
export type { SimplexOptions } from './alignment/simplex.ts';
export type { TemplateOptions } from './alignment/template.ts';
export type {
  AlignmentProblem,
  AlignmentSolution,
  AlignmentSolver,
  AlignmentStop,
  AlignmentWarning,
} from './alignment/solver.ts';
export { aggregatePrototypes, type AggregateOptions } from './class-table/aggregate-prototypes.ts';
export { ClassMeans, classMeans } from './class-table/class-means.ts';
export { normalise } from './class-table/normalise.ts';
export { upscale } from './class-table/upscale.ts';
export { adaptiveScale, type AdaptiveScale, type AdaptiveScaleOptions } from './upscaling/adaptive-scale.ts';
export { upscalingSigns, type UpscalingReport, type UpscalingSign } from './upscaling/upscaling-watch.ts';
export { cosineBound, type CosineBound } from './geometry/cosine-bound.ts';
export { drift, type Drift } from './geometry/drift.ts';
export { energy, type EnergyOptions } from './geometry/energy.ts';
export { geometry, type Geometry, type GeometryOptions, type NormStatistics } from './geometry/geometry.ts';
export type { LinearAlgebra, Shape, Workspace } from './linear-algebra/workspace.ts';
export { nearestPrototype, type NearestPrototypeOptions } from './nearest/nearest-prototype.ts';
export { prototypeScores } from './nearest/prototype-scores.ts';
export {
  checkPrototypes,
  createRng,
  emptyPrototypes,
  isProtoNormError,
  PrototypeSums,
  rowOfClass,
  rowVector,
  type Prototypes,
  type PrototypeWeighting,
  type Rng,
} from '@protonorm/tensor';
