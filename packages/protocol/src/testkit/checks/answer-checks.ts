import type { ClientReply, ClientTask } from '../../task/task.ts';
import { expectBytes, expectSameJson, expectThat } from '../expectations.ts';
import type { Check } from '../suite.ts';
import { answers, calm, trainingTask, type TransportContext } from './transport-context.ts';

/** Tasks go out and answers come back as they are, of many clients beside each other. */
export function answerChecks(): Check<TransportContext>[] {
  return [
    {
      name: 'answer/clients are sorted',
      async run({ open }) {
        const ids = ['zoe', 'client-10', 'Ann', 'client-2', 'Ärzte', 'a b/c?d=%'];
        const transport = await open(Object.fromEntries(ids.map((id) => [id, answers(id)])));
        expectSameJson(transport.clients(), ids.toSorted(), 'clients()');
      },
    },
    {
      name: 'answer/task and reply as given',
      async run({ open, within }) {
        const seen: ClientTask[] = [];
        const replies: Readonly<Record<string, Omit<ClientReply, 'clientId'>>> = {
          full: {
            round: 3,
            evaluation: { samples: 9, correct: 7, correctByLogits: 0 },
            up: Uint8Array.of(0, 255),
            metrics: { loss: 0.1, 'two words': -1e-300, zero: 0 },
          },
          'evaluated only': { round: 3, up: null, metrics: {} },
        };
        const transport = await open(
          Object.fromEntries(
            Object.entries(replies).map(([clientId, reply]) => [
              clientId,
              async (task) => {
                seen.push(task);
                return { clientId, ...reply };
              },
            ]),
          ),
        );
        for (const [clientId, reply] of Object.entries(replies)) {
          const task = { ...trainingTask, ...(reply.up === null && { down: null, train: false }) };
          const received = await within(transport.request(clientId, task, { signal: calm() }), 'the answer');
          expectBytes(received.up, reply.up, 'the upload');
          expectSameJson(
            { ...received, up: undefined },
            { clientId, ...reply, up: undefined },
            'the reply without its upload',
          );
          const task2 = seen.at(-1)!;
          expectBytes(task2.down, task.down, 'the download');
          expectSameJson(
            { ...task2, down: undefined },
            { ...task, down: undefined },
            'the task without its download',
          );
        }
        expectThat(seen.length === 2, `the handlers were called ${seen.length} times instead of 2`);
      },
    },
    {
      name: 'answer/bytes unchanged',
      async run({ open, within }) {
        const transport = await open({
          echo: async ({ down, round }) => ({ clientId: 'echo', round, up: down, metrics: {} }),
        });
        const ramp = Uint8Array.from({ length: 70_000 }, (_, i) => (i * 31 + (i >> 8)) & 255);
        const messages = [
          ...[0, 1, 255, 65_535, 65_536].map((length) => ramp.slice(0, length)),
          ramp.subarray(3, 1004), // a view that begins in the middle of its buffer
          new Uint8Array(1 << 20).fill(0xff),
        ];
        for (const down of messages) {
          const task = { ...trainingTask, down };
          const { up } = await within(transport.request('echo', task, { signal: calm() }), 'the echo');
          expectBytes(up, down, `a message of ${down.length} bytes`);
        }
      },
    },
    {
      name: 'answer/clients beside each other',
      async run({ open, within }) {
        const ids = Array.from({ length: 20 }, (_, i) => `client-${i}`);
        const all = Promise.withResolvers<void>();
        let waiting = 0;
        const transport = await open(
          Object.fromEntries(
            ids.map((id, i) => [
              id,
              async (task, options) => {
                if (++waiting === ids.length) all.resolve();
                await all.promise; // nobody answers before everybody was asked
                return answers(id, Uint8Array.of(i))(task, options);
              },
            ]),
          ),
        );
        const signal = calm();
        const replies = await within(
          Promise.all(ids.map((id) => transport.request(id, trainingTask, { signal }))),
          'the answers of 20 clients that wait for each other',
        );
        replies.forEach(({ clientId, up }, i) => {
          expectThat(clientId === ids[i], `${ids[i]} got the answer of ${clientId}`);
          expectBytes(up, Uint8Array.of(i), `the upload of ${clientId}`);
        });
      },
    },
    {
      name: 'answer/in another order',
      async run({ open, within }) {
        const gates = new Map<string, PromiseWithResolvers<void>>(
          ['a', 'b', 'c'].map((id) => [id, Promise.withResolvers()]),
        );
        const transport = await open(
          Object.fromEntries(
            [...gates].map(([id, gate]) => [
              id,
              async (task, options) => {
                await gate.promise;
                return answers(id)(task, options);
              },
            ]),
          ),
        );
        const order: string[] = [];
        const requests = [...gates.keys()].map(async (id) => {
          const { clientId } = await transport.request(id, trainingTask, { signal: calm() });
          expectThat(clientId === id, `${id} got the answer of ${clientId}`);
          order.push(id);
        });
        for (const request of requests) request.catch(() => {}); // told below, one after the other
        for (const id of ['c', 'a', 'b']) {
          gates.get(id)!.resolve();
          await within(requests['abc'.indexOf(id)], `the answer of ${id}`);
        }
        expectSameJson(order, ['c', 'a', 'b'], 'the order of the answers');
      },
    },
    {
      name: 'answer/again and again',
      async run({ open, within }) {
        const transport = await open({ a: answers('a') });
        for (let round = 0; round < 30; round++) {
          const reply = transport.request('a', { ...trainingTask, round }, { signal: calm() });
          expectThat((await within(reply, `answer ${round}`)).round === round, `answer ${round} is another`);
        }
      },
    },
  ];
}
