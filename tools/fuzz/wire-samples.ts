import type { WireMessage } from '@protonorm/protocol';

const body = Uint8Array.from({ length: 48 }, (_, i) => i * 5);
const text32 = 'A'.repeat(43);

/** A message of each kind, with everything that it may have. */
export const wireSamples: readonly WireMessage[] = [
  { type: 'challenge', header: { protocol: 1, nonce: text32 } },
  {
    type: 'hello',
    header: {
      protocol: 1,
      federation: 'digits',
      strategies: ['protonorm@2', 'fedavg@1'],
      software: '@protonorm/fl-client 0.1.0',
      clientId: 'client-7',
      token: 'abc.def',
      device: { key: text32, signature: 'A'.repeat(86) },
    },
  },
  {
    type: 'welcome',
    header: {
      protocol: 1,
      federation: 'digits',
      clientId: 'client-7',
      strategy: 'protonorm@2',
      round: 3,
      rounds: 20,
      silenceMs: 30_000,
      maxFrameBytes: 1 << 20,
      maxMessageBytes: 1 << 28,
      settings: { model: { family: 'cnn', width: [16, 32] }, classes: 10, note: null },
    },
    body,
  },
  {
    type: 'task',
    header: { task: 'r3', round: 3, strategy: 'protonorm@2', evaluate: true, train: true, hasDown: true },
    body,
  },
  {
    type: 'reply',
    header: {
      task: 'r3',
      round: 3,
      evaluation: { samples: 100, correct: 90, correctByLogits: 80 },
      metrics: { loss: 0.25, 'pull loss': 1e-3 },
      hasUp: true,
    },
    body,
  },
  {
    type: 'failed',
    header: { task: 'r3', round: 3, code: 'diverged', message: 'NaN in layer 2.', hint: 'Lower it.' },
  },
  { type: 'acknowledge', header: { task: 'r3', known: true } },
  { type: 'cancel', header: { task: 'r3' } },
  { type: 'heartbeat', header: {} },
  { type: 'leave', header: { reason: 'battery' } },
  {
    type: 'error',
    header: { code: 'stale-round', message: 'Round 2 has ended.', hint: 'Go on.', round: 3, fatal: false },
  },
  { type: 'part', header: { message: 1, index: 0, count: 4, bytes: 2000 }, body },
];
