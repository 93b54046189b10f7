import type { RoundRecord, RunEvent } from '@protonorm/protocol';
import type { MessageSchema, ServerStep } from '@protonorm/strategy';
import { ProtoNormError, type Prototypes, type StateTree } from '@protonorm/tensor';
import { rejectedUpload, type CollectedRound } from './collect-round.ts';
import type { EngineState } from './engine-state.ts';
import { reduceUploads } from './reduce-uploads.ts';
import { meanMetrics, serverMetrics, tablesOf, warningsOf } from './round-records.ts';
import type { RunSetup } from './run-setup.ts';

/** A round behind the server's step. */
export interface FinishedRound {
  readonly record: RoundRecord;
  readonly prototypes: Readonly<Record<string, Prototypes>>;
  readonly server: StateTree;
  readonly down: Uint8Array | null;
}

type Step = ServerStep<MessageSchema, StateTree>;

/**
 * Reduces the uploads and makes the server's step; without any upload, server and download stay as they were.
 *
 * @throws `quorum-not-reached`, `invalid-strategy` for a malformed warning, and what the strategy throws
 */
export async function* finishRound(
  setup: RunSetup,
  where: {
    readonly state: EngineState;
    readonly clients: readonly string[];
    readonly selected: readonly string[];
    readonly collected: CollectedRound;
  },
): AsyncGenerator<RunEvent, FinishedRound, void> {
  const { strategy, federation, hyper, createLearner, signal, rng, codecs } = setup;
  const { state, selected, collected } = where;
  const { round, down } = state;
  const { replies } = collected;
  const { reduced, contributed, rejected } = reduceUploads(setup.reducer, collected.uploads);
  const failed = new Map(collected.failed);
  for (const [clientId, error] of rejected) {
    failed.set(clientId, error.code);
    yield rejectedUpload(setup, { round, clientId, error });
  }
  const answered = selected.filter((clientId) => replies.has(clientId) && !failed.has(clientId));
  expectQuorum(setup, { ...where, round, answered, contributed, failed });

  let step: Step | undefined;
  if (contributed.length > 0) {
    step = (await strategy.server.finish({
      federation,
      hyper,
      createLearner,
      signal,
      round,
      state: state.server,
      down: down === null ? undefined : codecs.down.decode(down),
      reduced,
      rng: rng.split('server', 'finish', round),
    })) as Step;
  }
  const warnings = warningsOf(step);
  return {
    server: step === undefined ? state.server : step.state,
    down: step === undefined ? down : encodeDown(setup, step),
    prototypes: tablesOf(strategy.down as MessageSchema, step),
    record: {
      round,
      selected,
      contributed,
      failed: Object.fromEntries([...failed].sort(([a], [b]) => (a < b ? -1 : 1))),
      reached: replies.size,
      bytesDown: replies.size * (down?.length ?? 0),
      bytesUp: contributed.reduce((sum, clientId) => sum + replies.get(clientId)!.up!.length, 0),
      metrics: meanMetrics(answered.map((clientId) => replies.get(clientId)!.metrics)),
      serverMetrics: serverMetrics(step),
      ...(warnings.length > 0 && { warnings }),
    },
  };
}

/** The bytes that go down behind a server's step; null = nothing does. */
export function encodeDown({ codecs }: RunSetup, { down }: Step): Uint8Array | null {
  return down === undefined ? null : codecs.down.encode(down);
}

function expectQuorum(
  { strategy, name, quorum }: RunSetup,
  found: {
    readonly round: number;
    readonly clients: readonly string[];
    readonly selected: readonly string[];
    readonly answered: readonly string[];
    readonly contributed: readonly string[];
    readonly failed: ReadonlyMap<string, string>;
  },
): void {
  const { round, clients, selected, answered, contributed, failed } = found;
  const check = (have: number, needed: number, text: string): void => {
    if (have >= needed) return;
    const reasons = [...failed].map(([clientId, code]) => `${clientId} (${code})`).sort();
    throw new ProtoNormError('quorum-not-reached', `Round ${round}: ${text}.`, {
      received: have,
      expected: needed,
      ...(reasons.length > 0 && { hint: `Failed: ${reasons.join(', ')}.` }),
    });
  };
  check(
    answered.length,
    quorum,
    `${answered.length} of ${selected.length} selected clients answered, ${quorum} are needed`,
  );
  if (strategy.capabilities.needsAllClients) {
    check(
      contributed.length,
      clients.length,
      `${contributed.length} of ${clients.length} clients contributed, ${name} needs all of them`,
    );
  }
}
