import { expectThat, rejectionOf, turn } from '../expectations.ts';
import type { Check } from '../suite.ts';
import {
  answers,
  calm,
  countingSignal,
  silentHandler,
  trainingTask,
  type TransportContext,
} from './transport-context.ts';

/** Who no longer wants an answer is free at once, and nothing is left over. */
export function abortChecks(): Check<TransportContext>[] {
  return [
    {
      name: 'abort/before the request',
      async run({ open, within }) {
        let calls = 0;
        const transport = await open({
          a: async (task, options) => {
            calls++;
            return answers('a')(task, options);
          },
        });
        const reason = new Error('no longer needed');
        const request = transport.request('a', trainingTask, { signal: AbortSignal.abort(reason) });
        const error = await within(rejectionOf(request, 'an aborted request'), 'the end of the request');
        expectThat(error === reason, `it rejected with ${String(error)} instead of the signal's reason`);
        expectThat(calls === 0, 'the client was asked all the same');
      },
    },
    {
      name: 'abort/during the request',
      async run({ open, within }) {
        const { handler, called, aborted } = silentHandler();
        const transport = await open({ a: handler });
        const controller = new AbortController();
        const request = transport.request('a', trainingTask, { signal: controller.signal });
        const rejection = rejectionOf(request, 'an aborted request');
        await within(called, 'the call of the client');
        const reason = new Error('enough');
        controller.abort(reason);
        const error = await within(rejection, 'the end of an aborted request');
        expectThat(error === reason, `it rejected with ${String(error)} instead of the signal's reason`);
        await within(aborted, 'the abort at the client');
      },
    },
    {
      name: 'abort/does not wait for the client',
      async run({ open, within }) {
        const begun = Promise.withResolvers<void>();
        const end = Promise.withResolvers<void>();
        const transport = await open({
          deaf: async () => {
            begun.resolve();
            await end.promise; // looks at no signal
            throw new Error('a late failure that nobody wants to hear of');
          },
        });
        const controller = new AbortController();
        const request = transport.request('deaf', trainingTask, { signal: controller.signal });
        const rejection = rejectionOf(request, 'an aborted request');
        await within(begun.promise, 'the call of the client');
        const reason = new Error('enough');
        controller.abort(reason);
        const error = await within(rejection, 'the end of an aborted request');
        expectThat(error === reason, `it rejected with ${String(error)} instead of the signal's reason`);
        end.resolve();
        await turn();
      },
    },
    {
      name: 'abort/of one request alone',
      async run({ open, within }) {
        const { handler, called } = silentHandler();
        const gate = Promise.withResolvers<void>();
        const transport = await open({
          a: handler,
          b: async (task, options) => {
            await gate.promise;
            return answers('b')(task, options);
          },
        });
        const controller = new AbortController();
        const a = rejectionOf(
          transport.request('a', trainingTask, { signal: controller.signal }),
          'an aborted request',
        );
        const b = transport.request('b', trainingTask, { signal: calm() });
        await within(called, 'the call of the client');
        controller.abort();
        await within(a, 'the end of an aborted request');
        gate.resolve();
        expectThat((await within(b, 'the other answer')).clientId === 'b', 'the other answer is wrong');
      },
    },
    {
      name: 'abort/then asked again',
      async run({ open, within }) {
        const { handler, called } = silentHandler();
        let calls = 0;
        const transport = await open({
          a: (task, options) =>
            calls++ === 0 ? handler(task, options) : answers('a', Uint8Array.of(9))(task, options),
        });
        const controller = new AbortController();
        const request = transport.request('a', trainingTask, { signal: controller.signal });
        const rejection = rejectionOf(request, 'an aborted request');
        await within(called, 'the call of the client');
        controller.abort();
        await within(rejection, 'the end of an aborted request');
        const again = transport.request('a', { ...trainingTask, round: 4 }, { signal: calm() });
        const reply = await within(again, 'the answer behind an aborted request');
        expectThat(reply.round === 4 && reply.up?.[0] === 9, 'the answer is of the aborted request');
      },
    },
    {
      name: 'abort/after the answer',
      async run({ open, within }) {
        const transport = await open({ a: answers('a') });
        const controller = new AbortController();
        const request = transport.request('a', trainingTask, { signal: controller.signal });
        await within(request, 'the answer');
        controller.abort();
        await turn();
        expectThat((await request).clientId === 'a', 'the answer has changed');
      },
    },
    {
      name: 'abort/frees the signal',
      async run({ open, within }) {
        const transport = await open({
          a: answers('a'),
          b: () => Promise.reject(new Error('no')),
        });
        const { signal, listeners } = countingSignal();
        for (let i = 0; i < 25; i++) {
          await within(
            Promise.allSettled(['a', 'b', 'c'].map((id) => transport.request(id, trainingTask, { signal }))),
            'the answers',
          );
        }
        await turn();
        expectThat(
          listeners() === 0,
          `${listeners()} listeners are left on the signal of 75 answered requests`,
        );
      },
    },
  ];
}
