import * as z from 'zod/mini';
import { MAX_TIMER_MS, MIN_FRAME_BYTES } from './limits.ts';

/** Version of the protocol; SPEC.md says what belongs to it. */
export const PROTOCOL_VERSION = 1;

const MAX_STRATEGIES = 256;
const MAX_METRICS = 256;

const text = (maximum: number) => z.string().check(z.maxLength(maximum));
/** Names stand in logs, tables and file names: no control character, no line break, no half of a character. */
const name = z.string().check(z.regex(/^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]{1,128}$/u), z.maxLength(128));
const count = z.int().check(z.nonnegative());
/** Codes of the other side may be newer than ours. */
const code = z.string().check(z.regex(/^[a-z][a-z0-9-]{0,63}$/));

/** 32 and 64 bytes as base64url without padding; what the last character has beyond them is 0, so that a key has one text. */
const bytes32 = z.string().check(z.regex(/^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/));
const bytes64 = z.string().check(z.regex(/^[A-Za-z0-9_-]{85}[AQgw]$/));

const evaluation = z.strictObject({ samples: count, correct: count, correctByLogits: count });
const metrics = z
  .record(name, z.number())
  .check(z.refine((entries) => Object.keys(entries).length <= MAX_METRICS));

/** Any JSON; `headerProblem` has looked at it before a schema does. */
const json = z.custom<z.core.util.JSONType>();

/** Headers by type. What a header does not name is refused: a typing error must not become a default. */
export const messageSchemas = {
  challenge: z.strictObject({ protocol: z.int(), nonce: bytes32 }),
  hello: z.strictObject({
    protocol: z.int(),
    federation: name,
    strategies: z.array(name).check(z.maxLength(MAX_STRATEGIES)),
    software: text(256),
    clientId: z.optional(name),
    token: z.optional(text(4096)),
    device: z.optional(z.strictObject({ key: bytes32, signature: bytes64 })),
  }),
  welcome: z.strictObject({
    protocol: z.int(),
    federation: name,
    clientId: name,
    strategy: name,
    round: count,
    rounds: count,
    silenceMs: z.int().check(z.positive(), z.maximum(MAX_TIMER_MS)),
    maxFrameBytes: z.int().check(z.minimum(MIN_FRAME_BYTES)),
    maxMessageBytes: z.int().check(z.positive()),
    settings: z.record(z.string(), json),
  }),
  task: z.strictObject({
    task: name,
    round: count,
    strategy: name,
    evaluate: z.boolean(),
    train: z.boolean(),
    hasDown: z.boolean(),
  }),
  reply: z.strictObject({
    task: name,
    round: count,
    evaluation: z.optional(evaluation),
    metrics,
    hasUp: z.boolean(),
  }),
  failed: z.strictObject({
    task: name,
    round: count,
    code: z.optional(code),
    message: text(4096),
    hint: z.optional(text(4096)),
  }),
  acknowledge: z.strictObject({ task: name, known: z.boolean() }),
  cancel: z.strictObject({ task: name }),
  heartbeat: z.strictObject({}),
  leave: z.strictObject({ reason: text(1024) }),
  error: z.strictObject({
    code,
    message: text(4096),
    hint: z.optional(text(4096)),
    round: z.optional(count),
    fatal: z.boolean(),
  }),
  part: z.strictObject({
    message: count,
    index: count,
    count: z.int().check(z.minimum(2)),
    bytes: count,
  }),
} as const;

/** Kinds of messages. */
export type MessageType = keyof typeof messageSchemas;

/** Number of each kind on the wire: never used for another. */
export const MESSAGE_NUMBERS: Readonly<Record<MessageType, number>> = {
  challenge: 1,
  hello: 2,
  welcome: 3,
  task: 4,
  reply: 5,
  failed: 6,
  acknowledge: 7,
  cancel: 8,
  heartbeat: 9,
  leave: 10,
  error: 11,
  part: 12,
};

/** Kinds that have bytes behind their header. */
type TypeWithBody = 'welcome' | 'task' | 'reply' | 'part';

/** The same at run time. */
export const TYPES_WITH_BODY: ReadonlySet<MessageType> = new Set<TypeWithBody>([
  'welcome',
  'task',
  'reply',
  'part',
]);

/** The header of a kind of message. */
export type MessageHeader<T extends MessageType> = z.infer<(typeof messageSchemas)[T]>;

/** A message of the protocol: one of twelve kinds, see SPEC.md. */
export type WireMessage = {
  readonly [T in MessageType]: {
    readonly type: T;
    readonly header: MessageHeader<T>;
    /** Left out = no bytes; what was decoded has it, of length 0 or more, where its kind can. */
    readonly body?: T extends TypeWithBody ? Uint8Array : undefined;
  };
}[MessageType];
