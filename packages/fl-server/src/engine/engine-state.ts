import type { RunHistory, RunSnapshot } from '@protonorm/protocol';
import {
  decodeState,
  encodeState,
  isProtoNormError,
  ProtoNormError,
  type StateTree,
} from '@protonorm/tensor';

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
export function encodeEngineState({ round, server, down, history }: EngineState): Uint8Array {
  return encodeState({ format: FORMAT, round, server, down, history: JSON.stringify(history) });
}

/** @throws `snapshot-corrupt` */
export function decodeEngineState(snapshot: RunSnapshot): EngineState {
  try {
    const tree = decodeState(snapshot.engine) as {
      format?: string;
      round: number;
      server: StateTree;
      down: Uint8Array | null;
      history: string;
    };
    if (tree.format === FORMAT && tree.round === snapshot.round) {
      return {
        round: tree.round,
        server: tree.server,
        down: tree.down,
        history: JSON.parse(tree.history) as RunHistory,
      };
    }
  } catch (error) {
    if (!isProtoNormError(error) && !(error instanceof SyntaxError) && !(error instanceof TypeError))
      throw error;
    throw new ProtoNormError('snapshot-corrupt', `The snapshot of round ${snapshot.round} cannot be read.`, {
      cause: error,
    });
  }
  throw new ProtoNormError('snapshot-corrupt', `The snapshot of round ${snapshot.round} has another format.`);
}
