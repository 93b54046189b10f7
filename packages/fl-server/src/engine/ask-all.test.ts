import {
  createMemoryTransport,
  type ClientTask,
  type TaskHandler,
  type Transport,
} from '@protonorm/protocol';
import { isProtoNormError } from '@protonorm/tensor';
import { describe, expect, it } from 'vitest';
import { askAll, type Answer } from './ask-all.ts';
import { honest } from './sum-run.test-support.ts';

const task: ClientTask = { strategy: 'sum@1', round: 0, down: null, evaluate: false, train: true };
const calm = (): AbortSignal => new AbortController().signal;
const silent: TaskHandler = () => new Promise(() => {});

function ask(
  handlers: Readonly<Record<string, TaskHandler>>,
  options: {
    readonly signal?: AbortSignal;
    readonly deadlineMs?: number;
    readonly transport?: Transport;
  } = {},
) {
  const { transport = createMemoryTransport(new Map(Object.entries(handlers))) } = options;
  return askAll(
    transport,
    Object.keys(handlers).map((id) => [id, task] as const),
    { signal: options.signal ?? calm(), deadlineMs: options.deadlineMs ?? 60_000 },
  );
}

/** A transport that looks at no signal. */
function deaf(handlers: Readonly<Record<string, TaskHandler>>): Transport {
  return {
    clients: () => Object.keys(handlers),
    request: (id, given, options) => handlers[id](given, options),
  };
}

async function all(answers: AsyncIterable<Answer>): Promise<Answer[]> {
  const list: Answer[] = [];
  for await (const answer of answers) list.push(answer);
  return list;
}

const outcomes = (answers: readonly Answer[]) =>
  answers.map(({ clientId, reply, error }) => [
    clientId,
    reply ? 'reply' : isProtoNormError(error) ? error.code : String(error),
  ]);

describe('askAll', () => {
  it('yields answers and failures as they come', async () => {
    const gate = Promise.withResolvers<void>();
    const seen: string[] = [];
    const answers = ask({
      a: async () => {
        await gate.promise;
        return honest('a', task);
      },
      b: async () => honest('b', task),
      c: () => Promise.reject(new Error('no')),
      d: () => {
        throw new Error('at once');
      },
    });
    for await (const { clientId } of answers) {
      seen.push(clientId);
      if (seen.length === 3) gate.resolve();
    }
    expect(seen.at(-1)).toBe('a');
    expect(seen.toSorted()).toEqual(['a', 'b', 'c', 'd']);
    expect(await all(ask({}))).toEqual([]);
  });

  it('ends at the deadline, on a transport that reacts and on one that does not', async () => {
    for (const transport of [undefined, deaf({ a: async () => honest('a', task), b: silent })]) {
      const handlers = { a: async () => honest('a', task), b: silent };
      const answers = await all(ask(handlers, { deadlineMs: 5, ...(transport && { transport }) }));
      expect(outcomes(answers)).toEqual([
        ['a', 'reply'],
        ['b', 'timeout'],
      ]);
      expect((answers[1].error as Error).message).toBe('b did not answer within 5 ms.');
    }
  });

  it('waits without a limit, when it is told so', async () => {
    const later: TaskHandler = async () => {
      await new Promise((resolve) => {
        setTimeout(resolve, 3);
      });
      return honest('later', task);
    };
    expect(outcomes(await all(ask({ later }, { deadlineMs: Infinity })))).toEqual([['later', 'reply']]);
  });

  it('takes no answer behind the deadline', async () => {
    const gate = Promise.withResolvers<void>();
    const late: TaskHandler = async () => {
      await gate.promise;
      return honest('late', task);
    };
    const transport = deaf({ late, silent });
    const answers = ask({ late, silent }, { deadlineMs: 5, transport });
    const first = await answers.next();
    gate.resolve();
    const second = await answers.next();
    expect(outcomes([first.value as Answer, second.value as Answer])).toEqual([
      ['late', 'timeout'],
      ['silent', 'timeout'],
    ]);
    expect((await answers.next()).done).toBe(true);
  });

  it('ends at an abort with its reason, on a transport that reacts and on one that does not', async () => {
    for (const transport of [undefined, deaf({ a: async () => honest('a', task), b: silent })]) {
      const controller = new AbortController();
      const handlers = { a: async () => honest('a', task), b: silent };
      const answers = ask(handlers, { signal: controller.signal, ...(transport && { transport }) });
      expect((await answers.next()).value).toMatchObject({ clientId: 'a' });
      const next = answers.next();
      controller.abort(new Error('enough'));
      await expect(next).rejects.toThrow('enough');
    }
    await expect(
      ask({ a: silent }, { signal: AbortSignal.abort(new Error('before')) }).next(),
    ).rejects.toThrow('before');
  });

  it('ends the open requests when nobody listens any more', async () => {
    const reasons: unknown[] = [];
    const watching: TaskHandler = (_, { signal }) => {
      signal.addEventListener('abort', () => reasons.push(signal.reason));
      return new Promise(() => {});
    };
    for await (const { clientId } of ask({ a: async () => honest('a', task), b: watching, c: watching })) {
      expect(clientId).toBe('a');
      break;
    }
    expect(reasons.map((reason) => isProtoNormError(reason, 'client-failed'))).toEqual([true, true]);
  });

  it('leaves no timer and no listener, however it ends', async () => {
    const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = timers();
    const { signal } = new AbortController();
    let listeners = 0;
    Object.assign(signal, {
      addEventListener: () => void listeners++,
      removeEventListener: () => void listeners--,
    });
    const honestly: TaskHandler = async () => honest('a', task);
    await all(ask({ a: honestly }, { signal }));
    for await (const _ of ask({ a: honestly, b: silent }, { signal })) break;
    await all(ask({ a: silent }, { signal, deadlineMs: 2 }));
    await ask({ a: honestly }, { signal }).return();
    expect(listeners).toBe(0);
    expect(timers()).toBe(before);
  });

  it('asks very many clients, in time that grows with their number', async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error): void => void warnings.push(warning);
    process.on('warning', onWarning);
    // With a race over all open requests at each answer, this would be 200 million steps.
    const ids = Array.from({ length: 20_000 }, (_, i) => `client-${i}`);
    const handlers = Object.fromEntries(ids.map((id) => [id, async () => honest(id, task)]));
    let count = 0;
    for await (const { clientId } of ask(handlers)) if (clientId === ids[count]) count++;
    await new Promise((resolve) => {
      setTimeout(resolve, 0);
    });
    process.off('warning', onWarning);
    expect(count).toBe(ids.length);
    expect(warnings).toEqual([]);
  });
});
