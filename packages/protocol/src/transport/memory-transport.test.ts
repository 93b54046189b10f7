import { describe, expect, it } from 'vitest';
import type { ClientReply, ClientTask } from '../task/task.ts';
import { createMemoryTransport, type TaskHandler } from './memory-transport.ts';

const task: ClientTask = { strategy: 's@1', round: 0, down: Uint8Array.of(1), evaluate: true, train: true };
const reply: ClientReply = { clientId: 'a', round: 0, up: null, metrics: {} };

describe('createMemoryTransport', () => {
  it('hands over tasks and replies without a copy', async () => {
    const seen: ClientTask[] = [];
    const transport = createMemoryTransport(
      new Map<string, TaskHandler>([
        [
          'a',
          async (given) => {
            seen.push(given);
            return reply;
          },
        ],
      ]),
    );
    expect(await transport.request('a', task, { signal: new AbortController().signal })).toBe(reply);
    expect(seen[0]).toBe(task);
  });

  it('reads its table once', () => {
    const handlers = new Map<string, TaskHandler>([['a', async () => reply]]);
    const transport = createMemoryTransport(handlers);
    handlers.set('b', async () => reply);
    expect(transport.clients()).toEqual(['a']);
  });

  it('ends also when the handler itself aborts and never answers', async () => {
    const controller = new AbortController();
    const transport = createMemoryTransport(
      new Map<string, TaskHandler>([
        [
          'a',
          () => {
            controller.abort(new Error('by the handler'));
            return new Promise(() => {});
          },
        ],
      ]),
    );
    await expect(transport.request('a', task, { signal: controller.signal })).rejects.toThrow(
      'by the handler',
    );
  });
});
