export { checkBackend, testBackend, type BackendReport, type BackendTestOptions } from './test-backend.ts';
export {
  planChecks,
  reportSuite,
  runSuite,
  type CheckSelection,
  type PlannedCheck,
  type SkippedChecks,
  type SuiteReport,
  type TestRunner,
} from './conformance-suite.ts';
export { ConformanceError } from './checks/check.ts';
export { createOracleBackend } from './oracle/oracle-backend.ts';
export { finiteDifferences } from './oracle/finite-differences.ts';
export { oracleForward, type OracleInputs, type OracleOutputs } from './oracle/oracle-forward.ts';
export { oracleLayers, type OracleLayers } from './oracle/oracle-layers.ts';
export type { LayerArrays, LayerRun, OracleLayer, OracleRun } from './oracle/layer-run.ts';
export { freshMoments, oracleStep, type OracleMoments } from './oracle/oracle-optimiser.ts';
export { oracleTerm, type OracleTermInputs } from './oracle/oracle-term.ts';
export type { Values } from './oracle/values.ts';
