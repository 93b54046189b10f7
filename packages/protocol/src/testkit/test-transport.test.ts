import { ProtoNormError } from '@protonorm/tensor';
import { describe, expect, it } from 'vitest';
import type { ClientReply } from '../task/task.ts';
import { createMemoryTransport, type TaskHandler } from '../transport/memory-transport.ts';
import type { Transport } from '../transport/transport.ts';
import { checkTransport, testTransport } from './test-transport.ts';

const memory = (handlers: ReadonlyMap<string, TaskHandler>) => ({
  transport: createMemoryTransport(handlers),
});

testTransport({ open: memory, runner: { describe, it } });

type Handlers = ReadonlyMap<string, TaskHandler>;
type Request = Transport['request'];

/** A transport whose requests go another way than they should. */
function altered(alter: (right: Request, handlers: Handlers) => Request): (handlers: Handlers) => Transport {
  return (handlers) => {
    const right = createMemoryTransport(handlers);
    return { clients: () => right.clients(), request: alter(right.request.bind(right), handlers) };
  };
}

const reply = (change: (reply: ClientReply) => Partial<ClientReply>) =>
  altered((right) => async (...args) => {
    const answer = await right(...args);
    return { ...answer, ...change(answer) };
  });

/** Each wrong in one way, with the checks that must see it. */
const broken: Readonly<Record<string, readonly [(handlers: Handlers) => Transport, ...string[]]>> = {
  'clients in the order of their arrival': [
    (handlers) => ({ ...createMemoryTransport(handlers), clients: () => [...handlers.keys()] }),
    'answer/clients are sorted',
  ],
  'no evaluation': [
    altered((right) => async (...args) => {
      const { evaluation: _, ...rest } = await right(...args);
      return rest;
    }),
    'answer/task and reply as given',
  ],
  'null becomes empty': [
    reply(({ up }) => ({ up: up ?? new Uint8Array(0) })),
    'answer/task and reply as given',
  ],
  'metrics as float32': [
    reply(({ metrics }) => ({
      metrics: Object.fromEntries(Object.entries(metrics).map(([name, x]) => [name, Math.fround(x)])),
    })),
    'answer/task and reply as given',
  ],
  'the whole buffer of a view': [
    altered(
      (right) => (id, task, options) =>
        right(id, { ...task, down: task.down && new Uint8Array(task.down.buffer) }, options),
    ),
    'answer/bytes unchanged',
  ],
  'bytes as UTF-8': [
    reply(({ up }) => ({
      up: up && Uint8Array.from(new TextEncoder().encode(new TextDecoder().decode(up))),
    })),
    'answer/task and reply as given',
    'answer/bytes unchanged',
  ],
  'one request at a time': [
    altered((right) => {
      let last: Promise<unknown> = Promise.resolve();
      return (...args) => {
        const result = last.then(() => right(...args));
        last = result.catch(() => {});
        return result;
      };
    }),
    'answer/clients beside each other',
  ],
  'answers by their order': [
    altered((right) => {
      const waiting: ((reply: ClientReply) => void)[] = [];
      return (...args) =>
        new Promise((resolve, reject) => {
          waiting.push(resolve);
          right(...args).then((answer) => waiting.shift()!(answer), reject);
        });
    }),
    'answer/in another order',
  ],
  'the first answer for ever': [
    altered((right) => {
      const answers = new Map<string, Promise<ClientReply>>();
      return (id, task, options) => {
        if (!answers.has(id)) answers.set(id, right(id, task, options));
        return answers.get(id)!;
      };
    }),
    'answer/again and again',
  ],
  'unknown clients never answer': [
    altered(
      (right, handlers) =>
        (id, ...rest) =>
          handlers.has(id) ? right(id, ...rest) : new Promise(() => {}),
    ),
    'failure/unknown client',
  ],
  'every failure is client-failed': [
    altered((right) => async (id, task, options) => {
      try {
        return await right(id, task, options);
      } catch {
        options.signal.throwIfAborted();
        throw new ProtoNormError('client-failed', 'It failed.');
      }
    }),
    'failure/keeps the code of a client',
    'failure/tells any error of a client',
  ],
  'failures are dropped': [
    altered(
      (right) =>
        (...args) =>
          right(...args).catch(() => new Promise<never>(() => {})),
    ),
    'failure/*',
  ],
  'one failure fails all': [
    altered((right) => {
      const failure = Promise.withResolvers<never>();
      failure.promise.catch(() => {});
      return (...args) => {
        const answer = right(...args);
        answer.catch((error: unknown) => failure.reject(error));
        return Promise.race([failure.promise, answer]);
      };
    }),
    'failure/of one client alone',
  ],
  'asks in spite of an aborted signal': [
    altered((_, handlers) => async (id, task, options) => handlers.get(id)!(task, options)),
    'abort/before the request',
  ],
  'rejects with a reason of its own': [
    altered((right) => async (id, task, options) => {
      try {
        return await right(id, task, options);
      } catch (error) {
        throw options.signal.aborted ? new DOMException('aborted', 'AbortError') : error;
      }
    }),
    'abort/during the request',
  ],
  'waits for the client': [
    altered((_, handlers) => async (id, task, options) => {
      options.signal.throwIfAborted();
      return handlers.get(id)!(task, options);
    }),
    'abort/does not wait for the client',
  ],
  'tells the client nothing': [
    altered((_, handlers) => {
      const calm = createMemoryTransport(
        new Map([...handlers].map(([id, handler]) => [id, (task) => handler(task, { signal: never() })])),
      );
      return (...args) => calm.request(...args);
    }),
    'abort/during the request',
  ],
  'one abort ends all': [
    altered((right) => {
      const all = new AbortController();
      return (id, task, { signal }) => {
        signal.addEventListener('abort', () => all.abort(signal.reason));
        return right(id, task, { signal: all.signal });
      };
    }),
    'abort/of one request alone',
    'abort/frees the signal',
  ],
  'a late answer is taken for the next': [
    altered((right) => {
      const open = new Map<string, Promise<ClientReply>>();
      return (id, task, options) => {
        const earlier = open.get(id);
        const answer = earlier ?? right(id, task, options);
        open.set(id, answer);
        return answer.finally(() => options.signal.aborted || open.delete(id));
      };
    }),
    'abort/then asked again',
  ],
  'listens for ever': [
    altered((right) => (id, task, options) => {
      options.signal.addEventListener('abort', () => {});
      return right(id, task, options);
    }),
    'abort/frees the signal',
  ],
};

const never = (): AbortSignal => new AbortController().signal;

describe('the suite', () => {
  it.each(Object.entries(broken))('catches: %s', async (_, [open, ...checks]) => {
    const report = await checkTransport({
      open: (handlers) => ({ transport: open(handlers) }),
      only: checks,
      limitMs: 40,
    });
    expect(report.passed).toEqual([]);
    expect(report.failed.length).toBeGreaterThanOrEqual(checks.length);
  });

  it('closes what it opened, also behind a failure', async () => {
    let opened = 0;
    const open = (handlers: Handlers) => {
      opened++;
      return { ...memory(handlers), close: async () => void opened-- };
    };
    await checkTransport({ open });
    await checkTransport({
      open: (handlers) => ({ ...open(handlers), transport: broken['no evaluation'][0](handlers) }),
    });
    expect(opened).toBe(0);
  });

  it('shows skips with their reason, and refuses those without', async () => {
    const skip = [{ reason: 'one connection', checks: ['answer/clients beside*'] }];
    const names: string[] = [];
    const runner = {
      describe: (_: string, body: () => void) => body(),
      it: Object.assign(() => {}, { skip: (name: string) => names.push(name) }),
    };
    testTransport({ open: memory, runner, skip });
    expect(names).toEqual(['answer/clients beside each other (skipped: one connection)']);
    const report = await checkTransport({ open: memory, skip, only: ['answer/*'] });
    expect(report.skipped).toEqual([{ name: 'answer/clients beside each other', reason: 'one connection' }]);
    for (const options of [{ skip: [{ reason: '', checks: ['abort/*'] }] }, { only: ['answers/*'] }]) {
      await expect(checkTransport({ open: memory, ...options })).rejects.toMatchObject({
        code: 'invalid-argument',
      });
    }
  });
});
