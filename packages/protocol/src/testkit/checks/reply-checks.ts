import { expectCode, expectSameJson, expectThat, rejectionOf } from '../expectations.ts';
import type { Check } from '../suite.ts';
import { expectReplies, ids, replyOf, type FederationContext } from './federation-context.ts';
import { snapshotOf, table } from './store-context.ts';

/** Replies come back to the bit, the first of a client to a task stays, and they live as long as their round. */
export function replyChecks(): Check<FederationContext>[] {
  return [
    {
      name: 'replies/none at the beginning',
      async run({ store }) {
        expectSameJson(await store.loadReplies(0), [], 'replies of an empty store');
      },
    },
    {
      name: 'replies/as given',
      async run({ store }) {
        const bytes = Uint8Array.from({ length: 70_000 }, (_, i) => (i * 31 + (i >> 8)) & 255);
        const ups = [
          bytes,
          new Uint8Array(0),
          null,
          bytes.subarray(3, 300),
          new Uint8Array(table.vectors.buffer),
        ];
        const { evaluation: _, ...unevaluated } = replyOf('none', { metrics: {} });
        const metrics = {
          minusZero: -0,
          tiny: 5e-324,
          huge: -Number.MAX_VALUE,
          endless: Infinity,
          constructor: 1,
        };
        const given = [
          ...ups.map((up, i) => replyOf(`client-${i}`, { up })),
          replyOf('metrics', { metrics, evaluation: { samples: 1, correct: 0, correctByLogits: 0 } }),
          unevaluated,
        ];
        for (const reply of given) {
          const saved = await store.saveReply('task', reply);
          expectThat(saved === 'saved', `a first reply is '${saved}'`);
        }
        expectReplies(
          await store.loadReplies(3),
          given.map((reply) => ({ taskId: 'task', reply })),
          'replies',
        );
      },
    },
    {
      name: 'replies/of 8 MB',
      async run({ store }) {
        const up = new Uint8Array(8 << 20);
        for (let i = 0, x = 1; i < up.length; i++) up[i] = (x = (x * 1103515245 + 12345) & 0x7fffffff) >> 16;
        await store.saveReply('task', replyOf('large', { up }));
        const expected = [{ taskId: 'task', reply: replyOf('large', { up }) }];
        expectReplies(await store.loadReplies(3), expected, 'a large upload');
      },
    },
    {
      name: 'replies/any ids, in order',
      async run({ store }) {
        const expected = ids
          .toSorted()
          .flatMap((id) => ['', 'a', 'A'].toSorted().map((taskId) => ({ taskId, reply: replyOf(id) })));
        await Promise.all(expected.toReversed().map(({ taskId, reply }) => store.saveReply(taskId, reply)));
        expectReplies(await store.loadReplies(3), expected, 'replies of clients of any name');
      },
    },
    {
      name: 'replies/of their round',
      async run({ store }) {
        for (const round of [0, 9, 10, 2 ** 31 - 1]) {
          await store.saveReply(`task-${round}`, replyOf('a', { round }));
        }
        for (const round of [0, 9, 10, 2 ** 31 - 1]) {
          const expected = [{ taskId: `task-${round}`, reply: replyOf('a', { round }) }];
          expectReplies(await store.loadReplies(round), expected, `replies of round ${round}`);
        }
        expectReplies(await store.loadReplies(1), [], 'replies of round 1');
      },
    },
    {
      name: 'replies/the first stays',
      async run({ store }) {
        await store.saveReply('task', replyOf('a'));
        const others = [
          replyOf('a', { up: Uint8Array.of(9) }),
          replyOf('a', { up: null }),
          replyOf('a', { round: 4 }),
        ];
        for (const reply of [replyOf('a'), ...others]) {
          const saved = await store.saveReply('task', reply);
          expectThat(saved === 'known', `a second reply to the same task is '${saved}'`);
        }
        expectReplies(
          await store.loadReplies(3),
          [{ taskId: 'task', reply: replyOf('a') }],
          'behind second replies',
        );
        expectReplies(await store.loadReplies(4), [], 'the round of a second reply');
        expectThat((await store.saveReply('other', replyOf('a'))) === 'saved', 'the reply to another task');
        expectThat((await store.saveReply('task', replyOf('b'))) === 'saved', 'the reply of another client');
      },
    },
    {
      name: 'replies/one of those at the same time',
      async run({ store }) {
        const given = Array.from({ length: 20 }, (_, i) => replyOf('a', { up: Uint8Array.of(i) }));
        const outcomes = await Promise.all(given.map((reply) => store.saveReply('task', reply)));
        expectThat(
          outcomes.filter((outcome) => outcome === 'saved').length === 1,
          `not one is saved: ${outcomes.join()}`,
        );
        const kept = given[outcomes.indexOf('saved')];
        expectReplies(
          await store.loadReplies(3),
          [{ taskId: 'task', reply: kept }],
          'the one that was saved',
        );
      },
    },
    {
      name: 'replies/many at the same time',
      async run({ store }) {
        const given = Array.from({ length: 600 }, (_, i) =>
          replyOf(`client-${i}`, { up: Uint8Array.of(i & 255, i >> 8) }),
        );
        const outcomes = await Promise.all(given.map((reply) => store.saveReply('task', reply)));
        expectThat(
          outcomes.every((outcome) => outcome === 'saved'),
          'not all are saved',
        );
        const expected = given
          .toSorted((a, b) => (a.clientId < b.clientId ? -1 : 1))
          .map((reply) => ({ taskId: 'task', reply }));
        expectReplies(await store.loadReplies(3), expected, 'replies of 600 clients');
      },
    },
    {
      name: 'replies/a copy of its own',
      async run({ store }) {
        const given = replyOf('a', { metrics: { loss: 1 } });
        const saving = store.saveReply('task', given);
        given.up!.fill(55);
        (given.metrics as Record<string, number>).loss = 55;
        await saving;
        const expected = [{ taskId: 'task', reply: replyOf('a', { metrics: { loss: 1 } }) }];
        const loaded = await store.loadReplies(3);
        expectReplies(loaded, expected, 'a reply whose giver changed his arrays');
        loaded[0].reply.up!.fill(66);
        (loaded[0].reply.metrics as Record<string, number>).loss = 66;
        expectReplies(await store.loadReplies(3), expected, 'a reply whose reader changed his arrays');
      },
    },
    {
      name: 'replies/dropped by the snapshot behind their round',
      async run({ store }) {
        for (const round of [1, 2, 3]) await store.saveReply(`task-${round}`, replyOf('a', { round }));
        await store.saveSnapshot(snapshotOf(2));
        expectReplies(await store.loadReplies(1), [], 'replies of a round behind the snapshot');
        for (const round of [2, 3]) {
          const expected = [{ taskId: `task-${round}`, reply: replyOf('a', { round }) }];
          expectReplies(await store.loadReplies(round), expected, `replies of round ${round}`);
        }
      },
    },
    {
      name: 'replies/a failed snapshot drops none',
      async run({ store }) {
        await store.saveReply('task', replyOf('a', { round: 0 }));
        const broken = snapshotOf(2, { prototypes: { bad: { ...table, vectors: new Float32Array(2) } } });
        await rejectionOf(store.saveSnapshot(broken), 'a snapshot that breaks off');
        const expected = [{ taskId: 'task', reply: replyOf('a', { round: 0 }) }];
        expectReplies(await store.loadReplies(0), expected, 'behind a failed snapshot');
      },
    },
    {
      name: 'replies/refused ones change nothing',
      async run({ store }) {
        await store.saveReply('task', replyOf('a'));
        const bad = [
          ...[-1, 0.5, NaN, 2 ** 31].map((round) => ['other', replyOf('b', { round })] as const),
          ...['\0', 'a\ud800', 'x'.repeat(1001)].flatMap((name) => [
            ['other', replyOf(name)] as const,
            [name, replyOf('b')] as const,
          ]),
        ];
        for (const [taskId, reply] of bad) {
          await expectCode(store.saveReply(taskId, reply), 'invalid-argument', 'a reply that cannot be kept');
        }
        expectReplies(
          await store.loadReplies(3),
          [{ taskId: 'task', reply: replyOf('a') }],
          'behind refused replies',
        );
        await expectCode(store.loadReplies(NaN), 'invalid-argument', 'replies of no round');
      },
    },
  ];
}
