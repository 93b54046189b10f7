import fc from 'fast-check';
import type { JsonValue } from 'fast-check';
import type { MessageType, WireMessage } from './message-schemas.ts';

const count = fc.oneof(fc.nat(), fc.maxSafeNat(), fc.constantFrom(0, 2 ** 31, Number.MAX_SAFE_INTEGER));
const text = (maxLength: number) => fc.string({ unit: 'binary', maxLength });
const name = fc
  .oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
    fc.constantFrom('digits', 'protonorm@2', 'a/b', '%2F..\\', 'ω', '🙂'),
  )
  .filter((value) => /^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]{1,128}$/u.test(value) && value.length <= 128);
const base64url = (bytes: number) =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((x) => Buffer.from(x).toString('base64url'));
const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value)); // W9: no -0
const code = fc.stringMatching(/^[a-z][a-z0-9-]{0,63}$/);
const withoutPrototype = (value: JsonValue): boolean => !JSON.stringify(value).includes('__proto__');
const json = fc
  .jsonValue({ maxDepth: 6, stringUnit: 'binary' })
  .map((value) => JSON.parse(JSON.stringify(value).replaceAll(/(?<![\d."])-0(?![\d.])/g, '0')) as JsonValue)
  .filter(withoutPrototype);
const dictionary = <T>(value: fc.Arbitrary<T>, key = name) =>
  fc.dictionary(key, value, { maxKeys: 6, noNullPrototype: true });

const optional = { requiredKeys: undefined };
const record = <T>(required: { [K in keyof T]: fc.Arbitrary<T[K]> }, more: object = optional) =>
  fc.record(required, { noNullPrototype: true, ...more });

const headers: Readonly<Record<MessageType, fc.Arbitrary<unknown>>> = {
  challenge: record({ protocol: fc.integer(), nonce: base64url(32) }),
  hello: record(
    {
      protocol: fc.integer(),
      federation: name,
      strategies: fc.array(name, { maxLength: 5 }),
      software: text(20),
      clientId: name,
      token: text(40),
      device: record({ key: base64url(32), signature: base64url(64) }),
    },
    { requiredKeys: ['protocol', 'federation', 'strategies', 'software'] },
  ),
  welcome: record({
    protocol: fc.integer(),
    federation: name,
    clientId: name,
    strategy: name,
    round: count,
    rounds: count,
    silenceMs: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
    maxFrameBytes: fc.integer({ min: 1024 }),
    maxMessageBytes: fc.integer({ min: 1 }),
    settings: dictionary(
      json,
      fc.string({ maxLength: 8 }).filter((key) => key !== '__proto__'),
    ),
  }),
  task: record({
    task: name,
    round: count,
    strategy: name,
    evaluate: fc.boolean(),
    train: fc.boolean(),
    hasDown: fc.boolean(),
  }),
  reply: record(
    {
      task: name,
      round: count,
      evaluation: record({ samples: count, correct: count, correctByLogits: count }),
      metrics: dictionary(
        finite,
        name.filter((key) => key !== '__proto__'),
      ),
      hasUp: fc.boolean(),
    },
    { requiredKeys: ['task', 'round', 'metrics', 'hasUp'] },
  ),
  failed: record(
    { task: name, round: count, code, message: text(60), hint: text(60) },
    { requiredKeys: ['task', 'round', 'message'] },
  ),
  acknowledge: record({ task: name, known: fc.boolean() }),
  cancel: record({ task: name }),
  heartbeat: fc.constant({}),
  leave: record({ reason: text(60) }),
  error: record(
    { code, message: text(60), hint: text(60), round: count, fatal: fc.boolean() },
    { requiredKeys: ['code', 'message', 'fatal'] },
  ),
  part: record({
    message: count,
    index: count,
    count: count.map((value) => Math.max(2, value)),
    bytes: count,
  }),
};

const withBody: readonly string[] = ['welcome', 'task', 'reply', 'part'] satisfies MessageType[];

/** A message of a kind as reading it gives it: kinds with a body have one, of length 0 where the header says that there is none. */
export function messageOf(type: MessageType): fc.Arbitrary<WireMessage> {
  return fc.tuple(headers[type], fc.uint8Array({ maxLength: 70 })).map(([header, bytes]) => {
    const { hasDown, hasUp } = header as { hasDown?: boolean; hasUp?: boolean };
    const body = hasDown === false || hasUp === false ? new Uint8Array(0) : bytes;
    return { type, header, ...(withBody.includes(type) && { body }) } as WireMessage;
  });
}

/** All kinds. */
export const messageTypes = Object.keys(headers) as readonly MessageType[];

/** A message of any kind. */
export const anyMessage: fc.Arbitrary<WireMessage> = fc.oneof(...messageTypes.map(messageOf));
