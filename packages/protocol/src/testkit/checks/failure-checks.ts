import { ProtoNormError } from '@protonorm/tensor';
import { expectCode, expectThat, rejectionOf } from '../expectations.ts';
import type { Check } from '../suite.ts';
import { answers, calm, trainingTask, type TransportContext } from './transport-context.ts';

/** What fails is told, to the one who asked, and to nobody else. */
export function failureChecks(): Check<TransportContext>[] {
  return [
    {
      name: 'failure/unknown client',
      async run({ open, within }) {
        const transport = await open({ a: answers('a') });
        for (const id of ['b', '', 'A', '__proto__', 'constructor']) {
          const request = transport.request(id, trainingTask, { signal: calm() });
          await within(expectCode(request, 'client-failed', `a request to '${id}'`), 'the refusal');
        }
      },
    },
    {
      name: 'failure/keeps the code of a client',
      async run({ open, within }) {
        const transport = await open({
          a: () => Promise.reject(new ProtoNormError('diverged', 'The loss is Infinity.', { hint: 'Wait.' })),
        });
        const request = transport.request('a', trainingTask, { signal: calm() });
        const error = await within(rejectionOf(request, 'a client that fails'), 'the failure');
        await expectCode(Promise.reject(error), 'diverged', 'a client that fails with diverged');
        const { message } = error as Error;
        expectThat(message === 'The loss is Infinity. Wait.', `the message has become '${message}'`);
      },
    },
    {
      name: 'failure/tells any error of a client',
      async run({ open, within }) {
        const transport = await open({
          later: () => Promise.reject(new TypeError('no such layer')),
          'at once': () => {
            throw new TypeError('no such layer');
          },
        });
        for (const id of transport.clients()) {
          const request = transport.request(id, trainingTask, { signal: calm() });
          const error = await within(rejectionOf(request, `a client that fails ${id}`), 'the failure');
          expectThat(
            error instanceof Error && error.message.includes('no such layer'),
            `a TypeError became ${String(error)}`,
          );
        }
      },
    },
    {
      name: 'failure/of one client alone',
      async run({ open, within }) {
        const transport = await open({
          a: answers('a'),
          b: () => Promise.reject(new ProtoNormError('diverged', 'The loss is NaN.')),
          c: answers('c'),
        });
        for (let round = 0; round < 2; round++) {
          const requests = ['a', 'b', 'c'].map((id) =>
            transport.request(id, { ...trainingTask, round }, { signal: calm() }),
          );
          const [a, b, c] = await within(Promise.allSettled(requests), 'answers beside a failure');
          expectThat(a.status === 'fulfilled' && c.status === 'fulfilled', 'a failure reached other clients');
          expectThat(b.status === 'rejected', 'a failure came as an answer');
        }
      },
    },
  ];
}
