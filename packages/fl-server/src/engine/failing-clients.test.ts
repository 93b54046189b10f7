import type { ClientReply, ClientTask, TaskHandler } from '@protonorm/protocol';
import { crc32, type AnyStrategy } from '@protonorm/strategy';
import { ProtoNormError } from '@protonorm/tensor';
import { describe, expect, it } from 'vitest';
import { honest, ofType, runToEnd, sumOptions, sumStrategy, upload } from './sum-run.test-support.ts';

const fails =
  (error: Error): TaskHandler =>
  () =>
    Promise.reject(error);
const diverged = new ProtoNormError('diverged', 'The loss is NaN.');

describe('a client that fails', () => {
  it('is left out and named, and the others go on', async () => {
    const { events, error } = await runToEnd(
      sumOptions({ a: 1, b: fails(diverged), c: fails(new TypeError('no such layer')), d: 2 }),
    );
    expect(error).toBeUndefined();
    expect(ofType(events, 'client-failed').slice(0, 2)).toEqual([
      { type: 'client-failed', round: 0, clientId: 'b', code: 'diverged', message: 'The loss is NaN.' },
      { type: 'client-failed', round: 0, clientId: 'c', code: 'client-failed', message: 'no such layer' },
    ]);
    expect(ofType(events, 'round-finished')[1]).toMatchObject({
      selected: ['a', 'b', 'c', 'd'],
      contributed: ['a', 'd'],
      failed: { b: 'diverged', c: 'client-failed' },
      reached: 2,
      bytesDown: 40,
      metrics: { loss: 1.5 },
      serverMetrics: { total: 6 },
    });
    expect(Object.keys(ofType(events, 'evaluated')[0].perClient)).toEqual(['a', 'd']);
  });

  it("ends the run under 'fail', unless it is just away", async () => {
    const gone = fails(new ProtoNormError('client-failed', 'a has closed its lid.'));
    const away = await runToEnd(sumOptions({ a: gone, b: 1 }, { clientErrors: 'fail' }));
    expect(away.error).toBeUndefined();
    expect(ofType(away.events, 'round-finished')[0]).toMatchObject({ failed: { a: 'client-failed' } });
    for (const problem of [diverged, new TypeError('no such layer')]) {
      const { events, error } = await runToEnd(
        sumOptions({ a: fails(problem), b: 1 }, { clientErrors: 'fail' }),
      );
      expect(error).toBe(problem);
      expect(ofType(events, 'round-finished')).toEqual([]);
    }
  });
});

describe('a reply that cannot be', () => {
  const wrong: Readonly<Record<string, (reply: ClientReply) => unknown>> = {
    'is nothing': () => null,
    'is of another client': (reply) => ({ ...reply, clientId: 'b' }),
    'is of an old round': (reply) => ({ ...reply, round: reply.round - 1 }),
    'has more right than samples': (reply) => ({
      ...reply,
      evaluation: { samples: 4, correct: 5, correctByLogits: 0 },
    }),
    'has negative counts': (reply) => ({
      ...reply,
      evaluation: { samples: 4, correct: 0, correctByLogits: -1 },
    }),
    'has no count': (reply) => ({
      ...reply,
      evaluation: { samples: NaN, correct: 0, correctByLogits: 0 },
    }),
    'has a metric that is no number': (reply) => ({ ...reply, metrics: { loss: NaN } }),
    'has no metrics': ({ metrics: _, ...reply }) => reply,
    'has an upload that is text': (reply) => ({ ...reply, up: 'text' }),
  };

  it.each(Object.entries(wrong))('%s', async (_, change) => {
    const liar: TaskHandler = async (task) => change(honest('liar', task, 100)) as ClientReply;
    const { events, error } = await runToEnd(sumOptions({ a: 1, b: 2, liar }));
    expect(error).toBeUndefined();
    expect(ofType(events, 'client-failed')[0]).toMatchObject({ clientId: 'liar', code: 'schema-violation' });
    expect(ofType(events, 'round-finished')[1]).toMatchObject({
      contributed: ['a', 'b'],
      failed: { liar: 'schema-violation' },
      serverMetrics: { total: 6 },
    });
    const strict = await runToEnd(sumOptions({ a: 1, liar }, { clientErrors: 'fail' }));
    expect(strict.error).toMatchObject({ code: 'schema-violation' });
  });

  it('has an upload that nobody asked for', async () => {
    const eager: TaskHandler = async (task) => honest('eager', { ...task, train: true }, 100);
    const { events } = await runToEnd(sumOptions({ a: 1, eager }, { rounds: 4, participation: 0.5 }));
    const unasked = ofType(events, 'round-finished').filter(({ selected }) => !selected.includes('eager'));
    expect(unasked.length).toBeGreaterThan(0);
    for (const { failed, contributed } of unasked) {
      expect([failed, contributed]).toEqual([{ eager: 'schema-violation' }, ['a']]);
    }
  });
});

describe('an upload', () => {
  const broken: Readonly<Record<string, readonly [Uint8Array, string]>> = {
    'is empty': [new Uint8Array(0), 'message-corrupt'],
    'ends early': [upload(1).slice(0, -1), 'message-corrupt'],
    'has a wrong bit': [upload(1).with(10, 77), 'message-corrupt'],
    'has NaN': [withNaN(), 'schema-violation'],
  };
  const sends =
    (id: string, bytes: Uint8Array): TaskHandler =>
    async (task: ClientTask) => ({ ...honest(id, task), up: task.train ? bytes : null });

  it.each(Object.entries(broken))(
    'that %s is refused, its client still evaluated',
    async (_, [bytes, code]) => {
      const { events, error } = await runToEnd(sumOptions({ a: 1, bad: sends('bad', bytes) }));
      expect(error).toBeUndefined();
      expect(ofType(events, 'upload-rejected')[0]).toMatchObject({ round: 0, clientId: 'bad', code });
      expect(
        ofType(events, 'client-finished').every(({ round, clientId }) => round === 2 || clientId === 'a'),
      ).toBe(true);
      expect(ofType(events, 'round-finished')[0]).toMatchObject({
        contributed: ['a'],
        failed: { bad: code },
        reached: 2,
        bytesUp: upload(1).length,
        metrics: { loss: 1 },
        serverMetrics: { total: 1 },
      });
      expect(Object.keys(ofType(events, 'evaluated')[0].perClient)).toEqual(['a', 'bad']);
      const strict = await runToEnd(sumOptions({ a: 1, bad: sends('bad', bytes) }, { clientErrors: 'fail' }));
      expect(strict.error).toMatchObject({ code });
    },
  );

  it('that does not fit the others is refused, whoever comes first', async () => {
    const long = upload(1, 2);
    for (const order of [0, 2]) {
      const later = async (turns: number, reply: ClientReply): Promise<ClientReply> => {
        for (let i = 0; i < turns; i++) await Promise.resolve();
        return reply;
      };
      const clients = {
        a: (task: ClientTask) => later(10 * order, honest('a', task, 1)),
        long: (task: ClientTask) => later(10, { ...honest('long', task), up: task.train ? long : null }),
        z: 4,
      };
      const { events, error } = await runToEnd(sumOptions(clients));
      expect(error).toBeUndefined();
      expect(ofType(events, 'upload-rejected')).toMatchObject([
        { round: 0, clientId: 'long', code: 'shape-mismatch' },
        { round: 1, clientId: 'long', code: 'shape-mismatch' },
      ]);
      expect(ofType(events, 'round-finished')[1]).toMatchObject({
        contributed: ['a', 'z'],
        failed: { long: 'shape-mismatch' },
        serverMetrics: { total: 10 },
      });
    }
    const strict = sumOptions({ a: 1, long: sends('long', long) }, { clientErrors: 'fail' });
    expect((await runToEnd(strict)).error).toMatchObject({ code: 'shape-mismatch' });
  });

  it('of a strategy that declares none is refused', async () => {
    const strategy = { ...(sumStrategy as AnyStrategy), up: {} };
    const { events } = await runToEnd(sumOptions({ a: 1 }, { strategy, quorum: 0 }));
    expect(ofType(events, 'upload-rejected')[0]).toMatchObject({ clientId: 'a', code: 'message-corrupt' });
  });
});

describe('the quorum', () => {
  it('ends a round with too few answers, and names who failed and why', async () => {
    const clients = { a: 1, b: fails(diverged), c: fails(new ProtoNormError('client-failed', 'gone')) };
    const { events, error } = await runToEnd(sumOptions(clients, { quorum: 2 }));
    expect(error).toMatchObject({
      code: 'quorum-not-reached',
      message:
        'Round 0: 1 of 3 selected clients answered, 2 are needed. Failed: b (diverged), c (client-failed).',
    });
    expect(ofType(events, 'evaluated').length).toBe(1);
    expect(ofType(events, 'round-finished')).toEqual([]);
  });

  it('counts answers without an upload, but not refused uploads', async () => {
    const idle: TaskHandler = async (task) => ({ ...honest('idle', task), up: null });
    expect((await runToEnd(sumOptions({ idle }, { quorum: 1 }))).error).toBeUndefined();
    const bad: TaskHandler = async (task) => ({ ...honest('bad', task), up: new Uint8Array(3) });
    expect((await runToEnd(sumOptions({ bad, idle }, { quorum: 2 }))).error).toMatchObject({
      code: 'quorum-not-reached',
    });
  });

  it('of 0 lets a round pass in which everybody fails', async () => {
    const { events, error } = await runToEnd(sumOptions({ a: fails(diverged) }, { quorum: 0 }));
    expect(error).toBeUndefined();
    expect(ofType(events, 'round-finished')[0]).toMatchObject({ contributed: [], metrics: {}, reached: 0 });
    expect((await runToEnd(sumOptions({}, { quorum: 0 }))).error).toBeUndefined();
    expect((await runToEnd(sumOptions({}))).error).toMatchObject({ code: 'quorum-not-reached' });
  });

  it('is everybody for a strategy that needs all uploads', async () => {
    const strategy = {
      ...(sumStrategy as AnyStrategy),
      capabilities: { headsMayDiffer: true, needsAllClients: true },
    };
    expect((await runToEnd(sumOptions({ a: 1, b: 1 }, { strategy }))).error).toBeUndefined();
    const idle: TaskHandler = async (task) => ({ ...honest('idle', task), up: null });
    expect((await runToEnd(sumOptions({ a: 1, idle }, { strategy }))).error).toMatchObject({
      code: 'quorum-not-reached',
      message: expect.stringContaining('1 of 2 clients contributed, sum@1 needs all of them'),
    });
  });
});

/** A frame whose only number is NaN, with a right checksum. */
function withNaN(): Uint8Array {
  const bytes = upload(1.5);
  const view = new DataView(bytes.buffer);
  const end = bytes.length - 4;
  let at = 8;
  while (view.getFloat32(at, true) !== 1.5) at++;
  view.setFloat32(at, NaN, true);
  view.setUint32(end, crc32(bytes.subarray(0, end)), true);
  return bytes;
}
