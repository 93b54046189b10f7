export { align, type AlignmentResult, type Movement } from './alignment/align.ts';
export { alignAroundMean, type AroundMeanResult } from './alignment/align-around-mean.ts';
export { alignmentOptions, type AlignOptions, type AlignmentStep } from './alignment/align-options.ts';
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
export {
  adaptiveScale,
  reachableScale,
  type AdaptiveScale,
  type AdaptiveScaleOptions,
} from './upscaling/adaptive-scale.ts';
export { dimensionSigns } from './warning-signs/dimension-signs.ts';
export { overlapSigns } from './warning-signs/overlap-signs.ts';
export { upscalingSigns, type UpscalingReport, type UpscalingSign } from './warning-signs/upscaling-signs.ts';
export type { WarningSign } from './warning-signs/warning-sign.ts';
export { cosineBound, type CosineBound } from './geometry/cosine-bound.ts';
export { drift, type Drift } from './geometry/drift.ts';
export { energy, type EnergyOptions } from './geometry/energy.ts';
export { geometry, type Geometry, type GeometryOptions, type NormStatistics } from './geometry/geometry.ts';
export type { EigenProblem } from './linear-algebra/symmetric-eigen.ts';
export type { Shape } from './linear-algebra/shape.ts';
export type { SoftMaxTile, SoftMaxWeighting } from './linear-algebra/soft-max-weights.ts';
export type { LinearAlgebra, Workspace } from './linear-algebra/workspace.ts';
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
