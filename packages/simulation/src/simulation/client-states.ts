import { decodeState, encodeState, ProtoNormError, type StateTree } from '@protonorm/tensor';
import type { ClientState, SimulatedClient } from '../executor/client-job.ts';

/** The states of all clients between their tasks. */
export class ClientStates {
  readonly #states = new Map<string, ClientState>();
  /** States that have been encoded since they were set. */
  readonly #encoded = new Map<string, Uint8Array>();

  /** @throws `invalid-argument` for a client that has none */
  get(clientId: string): ClientState {
    const state = this.#states.get(clientId);
    if (state !== undefined) return state;
    throw new ProtoNormError('invalid-argument', `There is no client '${clientId}'.`, { received: clientId });
  }

  set(clientId: string, state: ClientState): void {
    this.#states.set(clientId, state);
    this.#encoded.delete(clientId);
  }

  /** Encodes a client's state ahead of the snapshot, while others are at work. */
  prepare(clientId: string): void {
    this.#encoded.set(clientId, encoded(this.get(clientId)));
  }

  /** All states as bytes of a snapshot, which belong to the caller. */
  encode(): ReadonlyMap<string, Uint8Array> {
    const all = Array.from(this.#states, ([clientId, state]): [string, Uint8Array] => [
      clientId,
      this.#encoded.get(clientId) ?? encoded(state),
    ]);
    this.#encoded.clear();
    return new Map(all);
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
      this.set(id, { parameters: p, buffers: b, strategy: strategy as StateTree | undefined });
    }
  }
}

function encoded({ parameters, buffers, strategy }: ClientState): Uint8Array {
  return encodeState(strategy === undefined ? { parameters, buffers } : { parameters, buffers, strategy });
}
