export { ConformanceError, type SkippedChecks, type TestRunner } from '@protonorm/tensor/testkit';
export type { CheckSelection, ConformanceReport } from './suite.ts';
export {
  checkFederationStore,
  testFederationStore,
  type FederationStoreTestOptions,
  type OpenFederationDatabase,
} from './test-federation-store.ts';
export {
  checkRunStore,
  testRunStore,
  type OpenRunStore,
  type RunStoreTestOptions,
} from './test-run-store.ts';
export {
  checkTransport,
  testTransport,
  type OpenTransport,
  type TransportTestOptions,
} from './test-transport.ts';
