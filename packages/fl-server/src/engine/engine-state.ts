import type { RunHistory, RunSnapshot } from '@protonorm/protocol';
import { resolvePrototypeEncoding, type PrototypeEncoding } from '@protonorm/strategy';
import {
  decodeState,
  encodeState,
  isProtoNormError,
  ProtoNormError,
  type StateTree,
} from '@protonorm/tensor';

/** What must be the same for a run to go on to the same bits. */
export type RunIdentity = {
  /** `id@version`. */
  readonly strategy: string;
  readonly hyper: Readonly<Record<string, string | number | boolean>>;
  /** Path of the run's root stream. */
  readonly seed: readonly (string | number)[];
  /** How class tables travel; the default is not written, as in snapshots from before there was a choice. */
  readonly prototypes?: Required<PrototypeEncoding>;
};

const DEFAULT_PROTOTYPES = resolvePrototypeEncoding();

/** Everything the engine carries from round to round. */
export interface EngineState {
  /** Rounds of training that are finished. */
  readonly round: number;
  readonly server: StateTree;
  /** The encoded download; null = there is none. */
  readonly down: Uint8Array | null;
  readonly history: RunHistory;
}

const FORMAT = 'protonorm-engine-1';

/** The engine's state as bytes of a snapshot. */
export function encodeEngineState(
  { round, server, down, history }: EngineState,
  { prototypes = DEFAULT_PROTOTYPES, ...others }: RunIdentity,
): Uint8Array {
  const identity: RunIdentity = {
    ...others,
    ...(JSON.stringify(prototypes) !== JSON.stringify(DEFAULT_PROTOTYPES) && { prototypes }),
  };
  return encodeState({ format: FORMAT, identity, round, server, down, history: JSON.stringify(history) });
}

/** @throws `snapshot-corrupt`; `invalid-run` for the snapshot of another strategy, of other hyperparameters, seed or prototypes */
export function decodeEngineState(snapshot: RunSnapshot, identity: RunIdentity): EngineState {
  const corrupt = (why: string, cause?: unknown): never => {
    throw new ProtoNormError('snapshot-corrupt', `The snapshot of round ${snapshot.round} ${why}.`, {
      ...(cause !== undefined && { cause }),
      hint: 'Remove it to go on from the one before, or begin the run anew.',
    });
  };
  let tree: Readonly<Record<string, unknown>> | null = null;
  let history: RunHistory | undefined;
  try {
    tree = decodeState(snapshot.engine) as Readonly<Record<string, unknown>> | null;
    history = JSON.parse(String(tree?.history)) as RunHistory;
  } catch (error) {
    if (!isProtoNormError(error) && !(error instanceof SyntaxError)) throw error;
    corrupt('cannot be read', error);
  }
  if (tree?.format !== FORMAT)
    return corrupt(`has the format '${String(tree?.format)}' instead of '${FORMAT}'`);
  if (tree.round !== snapshot.round) return corrupt(`says that it is of round ${String(tree.round)}`);
  expectIdentity(tree.identity as RunIdentity, identity);
  return {
    round: snapshot.round,
    server: tree.server as StateTree,
    down: tree.down as Uint8Array | null,
    history: history!,
  };
}

function expectIdentity(stored: RunIdentity, given: RunIdentity): void {
  const complete = (identity: RunIdentity): RunIdentity => ({ prototypes: DEFAULT_PROTOTYPES, ...identity });
  const [before, now] = [complete(stored), complete(given)];
  for (const key of ['strategy', 'hyper', 'seed', 'prototypes'] as const) {
    const [was, is] = [JSON.stringify(before[key]), JSON.stringify(now[key])];
    if (was === is) continue;
    throw new ProtoNormError('invalid-run', `The run was begun with the ${key} ${was}, not ${is}.`, {
      received: now[key],
      expected: before[key],
      hint: 'Go on with the same settings, or begin another run.',
    });
  }
}
