import { fedAvg, protoNorm } from '@protonorm/strategies';
import { strategyName, type AnyStrategy } from '@protonorm/strategy';
import { createMemoryStore, type RunEvent, type RunStore, type Transport } from '@protonorm/protocol';
import { createRng } from '@protonorm/tensor';
import { expect, it } from 'vitest';
import { ofType, runToEnd, sumOptions } from '../engine/sum-run.test-support.ts';
import { toyRun } from '../engine/toy-run.test-support.ts';
import type { FederationHost } from './federation-host.ts';
import { joinAll, testHost, type Disturb } from './loopback.test-support.ts';
import { createMemoryReplyLog } from './reply-log.ts';

/** A toy run over a host, and how often each client has trained. */
async function networkRun(
  strategy: AnyStrategy,
  disturb: (clientId: string, end: 'device' | 'server') => Disturb | undefined = () => undefined,
) {
  const controller = new AbortController();
  const trained = new Map<string, number>();
  let host: FederationHost;
  let devices: Promise<string>[] = [];
  const run = await toyRun(strategy, {
    between(memory) {
      host = testHost(memory.clients(), { strategy: strategyName(strategy), silenceMs: 2000 });
      for (const clientId of memory.clients()) host.expect(clientId);
      devices = joinAll(counted(memory, trained), {
        strategy: strategyName(strategy),
        signal: controller.signal,
        host: () => host,
        disturb,
      });
      return host;
    },
  });
  host!.end();
  expect(await Promise.all(devices)).toEqual(devices.map(() => 'finished'));
  return { ...run, trained };
}

function counted(transport: Transport, trained: Map<string, number>): Transport {
  return {
    clients: () => transport.clients(),
    request(clientId, task, options) {
      if (task.train) trained.set(clientId, (trained.get(clientId) ?? 0) + 1);
      return transport.request(clientId, task, options);
    },
  };
}

/** Something happens to one frame in `every`, the first few frames of a connection among them. */
function onSomeFrames(
  seed: string,
  every: number,
  happen: (frame: Uint8Array, send: (frame: Uint8Array) => void, cut: () => void) => void,
) {
  const rng = createRng(seed);
  let left = 25; // it ends some time, or no run would
  return (): Disturb => (send, cut) => (frame) => {
    if (left > 0 && rng.integer(every) === 0) {
      left--;
      happen(frame, send, cut);
    } else send(frame);
  };
}

const disturbances: Record<string, Parameters<typeof onSomeFrames>[2]> = {
  'is sent twice': (frame, send) => {
    send(frame);
    send(frame);
  },
  'is lost with its connection': (_frame, _send, cut) => cut(),
  'arrives, and the connection is lost': (frame, send, cut) => {
    send(frame);
    cut();
  },
  'has a wrong bit': (frame, send) => {
    const wrong = Uint8Array.from(frame);
    wrong[frame.length >> 1] ^= 4;
    send(wrong);
  },
  'is cut off': (frame, send) => send(frame.subarray(0, frame.length >> 1)),
};

it.each(Object.entries(disturbances))(
  'T5: where a frame %s, the result is that of the undisturbed run, and nobody trains a round twice',
  async (name, happen) => {
    for (const strategy of [fedAvg, protoNorm] as readonly AnyStrategy[]) {
      const plain = await toyRun(strategy);
      const { history, trained } = await networkRun(strategy, onSomeFrames(name, 6, happen));
      expect(history).toEqual(plain.history);
      for (const count of trained.values()) expect(count).toBe(plain.history.rounds.length);
    }
  },
);

it('T4: a server that ends at any event goes on to the same history, and nobody trains a round twice', async () => {
  const numbers = { ann: 1, bob: 20, cleo: 300 };
  const plain = await runToEnd(sumOptions(numbers, { rounds: 3 }));
  const historyOf = (events: readonly RunEvent[]) => ofType(events, 'run-finished')[0].history;
  for (let end = 1; end < plain.events.length; end++) {
    const controller = new AbortController();
    const trained = new Map<string, number>();
    const store = createMemoryStore();
    const replies = createMemoryReplyLog();
    const cuts = new Set<() => void>();
    let host: FederationHost | undefined;
    const options = sumOptions(numbers, { rounds: 3, store });
    const devices = joinAll(counted(options.transport, trained), {
      strategy: strategyName(options.strategy),
      signal: controller.signal,
      host: () => host,
      disturb: (_client, side) =>
        side === 'device'
          ? undefined
          : (send, cut) => {
              cuts.add(cut);
              return send;
            },
    });
    const start = (): FederationHost => {
      host = testHost(Object.keys(numbers), { strategy: strategyName(options.strategy), replies });
      for (const clientId of Object.keys(numbers)) host.expect(clientId);
      return host;
    };
    let events = 0;
    const dying: RunStore = {
      ...store,
      async appendEvent(event) {
        if (++events === end) throw new Error('killed');
        await store.appendEvent(event);
      },
    };
    const killed = await runToEnd({ ...options, transport: start(), store: dying });
    expect(killed.error).toMatchObject({ message: 'killed' });
    host = undefined;
    for (const cut of cuts) cut();
    const goneOn = await runToEnd({ ...options, transport: start() });
    expect(historyOf(goneOn.events), `event ${end}`).toEqual(historyOf(plain.events));
    for (const count of trained.values()) expect(count, `event ${end}`).toBe(3);
    host!.end();
    expect(await Promise.all(devices)).toEqual(['finished', 'finished', 'finished']);
  }
});
