export { ConformanceError, type SkippedChecks, type TestRunner } from '@protonorm/tensor/testkit';
export type { PlainEvaluation } from './runner/count-correct.ts';
export {
  runPlainFederation,
  type PlainClient,
  type PlainFederationOptions,
  type PlainRound,
  type PlainRun,
} from './runner/plain-federation.ts';
export { toyFederation, type ToyFederation } from './runner/toy-federation.ts';
export {
  KIT_VERSION,
  reportStrategy,
  testStrategy,
  type StrategyReport,
  type StrategyTestOptions,
} from './test-strategy.ts';
