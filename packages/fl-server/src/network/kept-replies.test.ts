import { expect, it } from 'vitest';
import { KeptReplies } from './kept-replies.ts';
import { createMemoryReplyLog } from './reply-log.ts';

const reply = { clientId: 'ann', round: 2, up: Uint8Array.of(1), metrics: {} };

it('finds what was kept of a round by client and task, and nothing else', async () => {
  const log = createMemoryReplyLog();
  await log.saveReply('task', reply);
  const kept = new KeptReplies(log);
  expect(await kept.find('ann', { taskId: 'task', round: 2 })).toEqual(reply);
  expect(await kept.find('bob', { taskId: 'task', round: 2 })).toBeUndefined();
  expect(await kept.find('ann', { taskId: 'other', round: 2 })).toBeUndefined();
  expect(await kept.find('ann', { taskId: 'task', round: 3 })).toBeUndefined();
});

it('asks again behind a log that was away', async () => {
  const log = createMemoryReplyLog();
  await log.saveReply('task', reply);
  let away = true;
  const kept = new KeptReplies({
    saveReply: (...args) => log.saveReply(...args),
    async loadReplies(round) {
      if (away) throw new Error('away');
      return log.loadReplies(round);
    },
  });
  await expect(kept.find('ann', { taskId: 'task', round: 2 })).rejects.toThrow('away');
  away = false;
  expect(await kept.find('ann', { taskId: 'task', round: 2 })).toEqual(reply);
});
