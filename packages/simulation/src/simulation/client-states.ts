import { decodeState, encodeState, ProtoNormError, type StateTree } from '@protonorm/tensor';
import type { ClientState, SimulatedClient } from '../executor/client-job.ts';

/** The states of all clients between their tasks. */
export class ClientStates {
  readonly #states = new Map<string, ClientState>();

  get(clientId: string): ClientState {
    const state = this.#states.get(clientId);
    if (state === undefined)
      throw new ProtoNormError('invalid-argument', `There is no client '${clientId}'.`, {
        received: clientId,
      });
    return state;
  }

  set(clientId: string, state: ClientState): void {
    this.#states.set(clientId, state);
  }

  /** All states as bytes of a snapshot. */
  encode(): ReadonlyMap<string, Uint8Array> {
    return new Map(
      [...this.#states].map(([clientId, { parameters, buffers, strategy }]) => [
        clientId,
        encodeState(strategy === undefined ? { parameters, buffers } : { parameters, buffers, strategy }),
      ]),
    );
  }

  /** Takes the states of a snapshot. @throws `snapshot-corrupt` when a client is missing or has another model */
  restore(clients: readonly SimulatedClient[], snapshot: ReadonlyMap<string, Uint8Array>): void {
    for (const { id } of clients) {
      const bytes = snapshot.get(id);
      if (bytes === undefined)
        throw new ProtoNormError('snapshot-corrupt', `The snapshot lacks the client '${id}'.`, {
          received: [...snapshot.keys()],
        });
      const tree = decodeState(bytes) as {
        parameters: Float32Array;
        buffers: Float32Array;
        strategy?: StateTree;
      };
      const present = this.get(id);
      if (
        tree.parameters?.length !== present.parameters.length ||
        tree.buffers?.length !== present.buffers.length
      ) {
        throw new ProtoNormError('snapshot-corrupt', `The snapshot of '${id}' is of another model.`, {
          received: tree.parameters?.length,
          expected: present.parameters.length,
        });
      }
      this.set(id, { parameters: tree.parameters, buffers: tree.buffers, strategy: tree.strategy });
    }
  }
}
