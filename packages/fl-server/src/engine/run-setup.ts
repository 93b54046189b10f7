import type { RunStore, Transport } from '@protonorm/protocol';
import {
  axisSizes,
  createCodec,
  reducerOf,
  resolveHyper,
  resolvePrototypeEncoding,
  strategyName,
  type AnyStrategy,
  type CreateLearner,
  type FederationInfo,
  type HyperSchema,
  type HyperValues,
  type MessageCodec,
  type MessageSchema,
  type PrototypeEncoding,
  type Reducer,
} from '@protonorm/strategy';
import type { Rng } from '@protonorm/tensor';
import { checkCapabilities, checkSettings } from './check-run.ts';
import type { RunIdentity } from './engine-state.ts';

/** What a run of the round engine is made of. */
export interface RoundEngineOptions {
  readonly strategy: AnyStrategy;
  /** Values that differ from the strategy's defaults. */
  readonly hyper?: Readonly<Record<string, unknown>>;
  readonly federation: FederationInfo;
  readonly transport: Transport;
  readonly store: RunStore;
  /** The run's root stream. */
  readonly rng: Rng;
  readonly createLearner: CreateLearner;
  /** Share of the clients that train in a round, in (0, 1]. @defaultValue 1 */
  readonly participation?: number;
  /**
   * Answers of selected clients without which a round fails, an integer >= 0; an answer without upload counts, a refused
   * upload does not. @defaultValue 1
   */
  readonly quorum?: number;
  /** Time limit for the answers of a round in milliseconds, in (0, 2^31 - 1]; Infinity = none. @defaultValue 3,600,000 */
  readonly deadlineMs?: number;
  /**
   * What a failing client means. 'drop': the round goes on without it. 'fail': the run fails, unless the client is just
   * gone (`client-failed`) or late (`timeout`). @defaultValue 'drop'
   */
  readonly clientErrors?: 'drop' | 'fail';
  /** How class tables travel, both ways; that of the clients. @defaultValue float32, all coordinates */
  readonly prototypeEncoding?: PrototypeEncoding;
  /** Client states for the snapshot, where the host keeps them. */
  readonly clientStates?: () => ReadonlyMap<string, Uint8Array>;
  readonly signal?: AbortSignal;
}

/** A checked run: its options with their defaults, and what does not change from round to round. */
export interface RunSetup extends Required<Omit<RoundEngineOptions, 'hyper' | 'clientStates'>> {
  /** `id@version`. */
  readonly name: string;
  readonly identity: RunIdentity;
  readonly hyper: HyperValues<HyperSchema>;
  readonly clientStates: () => ReadonlyMap<string, Uint8Array>;
  readonly codecs: { readonly down: MessageCodec<MessageSchema>; readonly up: MessageCodec<MessageSchema> };
  readonly reducer: Reducer<unknown, unknown>;
}

/** @throws `invalid-argument`, `invalid-hyper`, `invalid-strategy` */
export function setUpRun(options: RoundEngineOptions): RunSetup {
  const { strategy, federation, rng } = options;
  const { participation = 1, quorum = 1, deadlineMs = 3_600_000 } = options;
  checkSettings({ federation, participation, quorum, deadlineMs });
  checkCapabilities(strategy, { federation, participation });
  const name = strategyName(strategy);
  const hyper = resolveHyper(strategy.hyper as HyperSchema, options.hyper);
  const prototypes = resolvePrototypeEncoding(options.prototypeEncoding);
  const axes = axisSizes(strategy, { federation, hyper });
  const codec = (direction: 'down' | 'up'): MessageCodec<MessageSchema> =>
    createCodec(strategy[direction] as MessageSchema, {
      axes,
      what: `${name} ${direction}`,
      classes: federation.classes,
      prototypes,
    });
  return {
    clientErrors: 'drop',
    signal: new AbortController().signal,
    clientStates: () => new Map(),
    ...options,
    participation,
    quorum,
    deadlineMs,
    name,
    prototypeEncoding: prototypes,
    identity: { strategy: name, hyper, seed: rng.path, prototypes },
    hyper,
    codecs: { down: codec('down'), up: codec('up') },
    reducer: reducerOf(strategy, hyper) as Reducer<unknown, unknown>,
  };
}
