import { decodeState, encodeState, ProtoNormError, type StateTree } from '@protonorm/tensor';
import type { ClientState, ModelNumbers, SimulatedClient } from '../executor/client-job.ts';
import { SnapshotBytes } from './snapshot-bytes.ts';
import { StateRooms } from './state-rooms.ts';

/** The states of all clients between their tasks. */
export class ClientStates {
  readonly #states = new Map<string, ClientState>();
  /** States that have been encoded since they were set. */
  readonly #encoded = new Map<string, Uint8Array<ArrayBuffer>>();
  readonly #rooms: StateRooms;
  readonly #bytes = new SnapshotBytes();

  /** @param options - `shared`: states that are to come lie on shared memory */
  constructor({ shared = false }: { readonly shared?: boolean } = {}) {
    this.#rooms = new StateRooms(shared);
  }

  /** @throws `invalid-argument` for a client that has none */
  get(clientId: string): ClientState {
    const state = this.#states.get(clientId);
    if (state !== undefined) return state;
    throw new ProtoNormError('invalid-argument', `There is no client '${clientId}'.`, { received: clientId });
  }

  /** A client's first state. */
  begin(clientId: string, state: Omit<ClientState, 'revision'>): void {
    this.set(clientId, { ...state, revision: this.#rooms.nextRevision() });
  }

  /** Room for a client's next numbers. */
  room(clientId: string): ModelNumbers {
    return this.#rooms.take(this.get(clientId));
  }

  /** Replaces a client's state, whose numbers may be overwritten from now on. */
  set(clientId: string, state: ClientState): void {
    const before = this.#states.get(clientId);
    this.#states.set(clientId, state);
    this.#encoded.delete(clientId);
    if (before !== undefined && before.parameters !== state.parameters) this.#rooms.give(before);
  }

  /** Encodes a client's state ahead of the snapshot, while others are at work. */
  prepare(clientId: string): void {
    this.#encoded.set(clientId, this.#encode(this.get(clientId)));
  }

  /** All states as bytes of a snapshot, which stay as they are until {@link saved} is called behind the next one. */
  encode(): ReadonlyMap<string, Uint8Array> {
    const all = Array.from(this.#states, ([clientId, state]): [string, Uint8Array<ArrayBuffer>] => [
      clientId,
      this.#encoded.get(clientId) ?? this.#encode(state),
    ]);
    this.#encoded.clear();
    this.#bytes.handOut(all.map(([, bytes]) => bytes));
    return new Map(all);
  }

  /** Tells that the latest snapshot has been saved: the bytes of those before it may be overwritten. */
  saved(): void {
    this.#bytes.freeEarlier();
  }

  /** Takes the states of a snapshot. @throws `snapshot-corrupt` when it is of other clients or models */
  restore(clients: readonly SimulatedClient[], snapshot: ReadonlyMap<string, Uint8Array>): void {
    const ids = clients.map(({ id }) => id);
    if (snapshot.size !== ids.length || !ids.every((id) => snapshot.has(id))) {
      throw new ProtoNormError(
        'snapshot-corrupt',
        `The snapshot is of the clients ${[...snapshot.keys()].join(', ') || '(none)'}.`,
        { received: [...snapshot.keys()], expected: ids, hint: `The simulation has ${ids.join(', ')}.` },
      );
    }
    for (const id of ids) {
      const { parameters, buffers } = this.get(id);
      const tree = decodeState(snapshot.get(id)!, { what: `The snapshot of '${id}'` });
      const { parameters: p, buffers: b, strategy } = (tree ?? {}) as Partial<ClientState>;
      const fits = p instanceof Float32Array && b instanceof Float32Array;
      if (!fits || p.length !== parameters.length || b.length !== buffers.length) {
        throw new ProtoNormError('snapshot-corrupt', `The snapshot of '${id}' is of another model.`, {
          received: p?.length,
          expected: parameters.length,
          hint: 'Go on with the models that the run was begun with.',
        });
      }
      this.begin(id, { parameters: p, buffers: b, strategy: strategy as StateTree | undefined });
    }
  }

  #encode({ parameters, buffers, strategy }: ClientState): Uint8Array<ArrayBuffer> {
    const numbers = { parameters, buffers };
    return encodeState(strategy === undefined ? numbers : { ...numbers, strategy }, {
      allocate: (length) => this.#bytes.take(length),
    });
  }
}
