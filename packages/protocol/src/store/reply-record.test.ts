import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ClientReply } from '../task/task.ts';
import { decodeReplyRecord, encodeReplyRecord } from './reply-record.ts';

const evaluation = fc.record(
  { samples: fc.nat(), correct: fc.nat(), correctByLogits: fc.nat() },
  { noNullPrototype: true },
);
const reply: fc.Arbitrary<ClientReply> = fc
  .record({
    clientId: fc.string(),
    round: fc.nat(),
    evaluation: fc.option(evaluation, { nil: undefined }),
    up: fc.option(fc.uint8Array(), { nil: null }),
    metrics: fc.dictionary(fc.string({ unit: 'binary' }), fc.double(), { noNullPrototype: true }),
  })
  .map(({ evaluation, ...others }) => ({ ...others, ...(evaluation && { evaluation }) }));

it('a reply comes back with all of its numbers', () => {
  fc.assert(
    fc.property(reply, (given) => {
      const json = encodeReplyRecord(given);
      expect(json.isWellFormed() && !json.includes('\0')).toBe(true);
      expect(decodeReplyRecord(json, given)).toStrictEqual(given);
    }),
    { seed: 3, examples: [[{ clientId: '', round: 0, up: null, metrics: JSON.parse('{"__proto__":1}') }]] },
  );
});
