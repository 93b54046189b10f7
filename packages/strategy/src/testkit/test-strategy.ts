import { createRng, type Awaitable, type Backend } from '@protonorm/tensor';
import {
  createOracleBackend,
  planChecks,
  reportSuite,
  runSuite,
  type CheckSelection,
  type PlannedCheck,
  type TestRunner,
} from '@protonorm/tensor/testkit';
import { resolveHyper, type HyperSchema } from '../hyper/hyperparameter.ts';
import { strategyName } from '../strategy/define-strategy.ts';
import type { AnyStrategy, LocalTraining } from '../strategy/strategy.ts';
import type { CheckContext, StrategyCheck } from './check.ts';
import { definitionChecks } from './checks/definition-checks.ts';
import { determinismChecks } from './checks/determinism-checks.ts';
import { learningChecks } from './checks/learning-checks.ts';
import { messageChecks } from './checks/message-checks.ts';
import { participationChecks } from './checks/participation-checks.ts';
import { purityChecks } from './checks/purity-checks.ts';
import { reducerChecks } from './checks/reducer-checks.ts';
import { runPlainFederation, type PlainRun } from './runner/plain-federation.ts';
import { toyFederation } from './runner/toy-federation.ts';

/** Raised when checks are added or become stricter; it stands in every report. */
export const KIT_VERSION = 1;

/** What a strategy is tested with. */
export interface StrategyTestOptions extends CheckSelection {
  /** Opens a backend; called once for the baseline and once for each check, and each is disposed of. @defaultValue the oracle backend */
  readonly createBackend?: () => Awaitable<Backend>;
  /** Values that differ from the strategy's defaults, such as a weight that suits the small features here. */
  readonly hyper?: Readonly<Record<string, unknown>>;
  /** Settings that differ from 2 epochs of batches of 6 with SGD at 0.05. */
  readonly local?: Partial<LocalTraining>;
}

/** What a strategy did on each check; can be written as JSON. */
export interface StrategyReport {
  /** `id@version`. */
  readonly strategy: string;
  readonly kit: number;
  readonly passed: readonly string[];
  readonly failed: readonly { readonly name: string; readonly message: string }[];
  readonly skipped: readonly { readonly name: string; readonly reason: string }[];
}

/**
 * The conformance suite of strategies, for a test runner: a strategy is done when it passes.
 *
 * Each check runs the strategy in a plain federation of five clients with two of four classes each: equal seeds give equal
 * bits, whatever the order of arrival, the way of the messages and the interruptions; arguments are not changed; broken
 * uploads change nothing; absent clients and classes and clients without data do no harm; something is learnt. Skipped
 * checks are reported with their reason.
 *
 * @throws `invalid-argument` for a skip without reason, or of a check that does not exist
 * @example
 * ```ts
 * import { defineStrategy, reduce, trainLocally } from '@protonorm/strategy';
 * import { testStrategy } from '@protonorm/strategy/testkit';
 * const alone = defineStrategy({
 *   id: 'alone', version: 1, summary: 'Each client trains alone.', hyper: {}, down: {}, up: {}, capabilities: {},
 *   client: {
 *     init: () => null,
 *     async round(context) {
 *       await trainLocally(context, { terms: [{ kind: 'crossEntropy' }] });
 *       return { up: null, state: null };
 *     },
 *     scores: (_, { logits }) => logits,
 *   },
 *   server: {
 *     init: () => ({ state: null, down: undefined }),
 *     reduce: reduce.nothing(),
 *     finish: () => ({ state: null, down: undefined }),
 *   },
 * });
 * const names: string[] = [];
 * const it = Object.assign((name: string) => names.push(name), { skip: (name: string) => names.push(name) });
 * testStrategy(alone, { runner: { describe: (_, body) => body(), it } });
 * names.includes('determinism/same seed'); // => true
 * ```
 */
export function testStrategy(
  strategy: AnyStrategy,
  options: StrategyTestOptions & { readonly runner: TestRunner },
): void {
  runSuite(options.runner, {
    title: `conformance of ${strategyName(strategy)}`,
    plan: planOf(strategy, options),
    run: workbench(strategy, options).runCheck,
  });
}

/**
 * The same without a test runner: for reports and badges, and for tests of this suite.
 *
 * @throws `invalid-argument` as {@link testStrategy}; a check that fails does not throw, it is reported
 */
export async function reportStrategy(
  strategy: AnyStrategy,
  options: StrategyTestOptions = {},
): Promise<StrategyReport> {
  const report = await reportSuite(planOf(strategy, options), workbench(strategy, options).runCheck);
  return {
    strategy: strategyName(strategy),
    kit: KIT_VERSION,
    passed: report.passed.map(({ name }) => name),
    failed: report.failed.map(({ name, error }) => ({
      name,
      message: error instanceof Error ? error.message : String(error),
    })),
    skipped: report.skipped,
  };
}

/** All checks, in the order in which they are run. */
function allChecks(): StrategyCheck[] {
  return [
    ...definitionChecks(),
    ...messageChecks(),
    ...determinismChecks(),
    ...purityChecks(),
    ...reducerChecks(),
    ...participationChecks(),
    ...learningChecks(),
  ];
}

function planOf(strategy: AnyStrategy, selection: CheckSelection): readonly PlannedCheck<StrategyCheck>[] {
  return planChecks(allChecks(), selection, (check) => check.inapplicable?.(strategy));
}

/** The tools of all checks of a strategy; they share one baseline. */
function workbench(
  strategy: AnyStrategy,
  { createBackend = createOracleBackend, hyper, local }: StrategyTestOptions,
): { runCheck(check: StrategyCheck): Promise<void> } {
  const toy: CheckContext['toy'] = (settings) => {
    const federation = toyFederation(strategy.capabilities, settings);
    return { ...federation, local: { ...federation.local, ...local } };
  };
  const runOn =
    (backend: Backend): CheckContext['run'] =>
    ({ relabel, ...settings } = {}) => {
      const { federation, clients, local: training } = toy(relabel && { relabel });
      return runPlainFederation({
        strategy,
        ...(hyper && { hyper }),
        federation,
        clients,
        backend,
        local: training,
        rng: createRng('strategy conformance'),
        ...settings,
      });
    };
  let made: Promise<PlainRun> | undefined;
  const makeBaseline = async (): Promise<PlainRun> => {
    using backend = await createBackend();
    return await runOn(backend)();
  };
  return {
    async runCheck(check) {
      using backend = await createBackend();
      await check.run({
        strategy,
        hyper: resolveHyper(strategy.hyper as HyperSchema, hyper),
        backend,
        toy,
        baseline: () => (made ??= makeBaseline()),
        run: runOn(backend),
      });
    },
  };
}
