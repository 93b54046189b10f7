export { goldenDeviations, type GoldenComparison, type GoldenDeviation } from './golden-deviations.ts';
export {
  goldenModelCases,
  type GoldenAnchors,
  type GoldenFiles,
  type GoldenModelCase,
} from './golden-model-cases.ts';
