import { readFileSync } from 'node:fs';
import { isProtoNormError } from '@protonorm/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frameOf, sealed, thrownBy } from './frame-bytes.test-support.ts';
import {
  MESSAGE_NUMBERS,
  messageSchemas,
  TYPES_WITH_BODY,
  type MessageType,
  type WireMessage,
} from './message-schemas.ts';
import { anyMessage, messageOf, messageTypes } from './messages.test-support.ts';
import { decodeWireMessage, encodeWireMessage } from './wire-frame.ts';

const spec = readFileSync(new URL('../../SPEC.md', import.meta.url), 'utf8');
const task = { task: 't', round: 1, strategy: 's@1', evaluate: true, train: true, hasDown: true };
const reply = { task: 't', round: 1, metrics: {}, hasUp: true };
const welcome = {
  protocol: 1,
  federation: 'f',
  clientId: 'c',
  strategy: 's@1',
  round: 0,
  rounds: 1,
  silenceMs: 1000,
  maxFrameBytes: 1024,
  maxMessageBytes: 1024,
  settings: {},
};

/** A header of a kind that no type-checked code would write. */
const encode = (type: string, header: unknown, body?: unknown) =>
  encodeWireMessage({ type, header, body } as never);

function expectCode(code: 'message-corrupt' | 'schema-violation' | 'invalid-argument', run: () => unknown) {
  const error = thrownBy(run);
  expect(isProtoNormError(error, code), String(error)).toBe(true);
}

describe('encodeWireMessage and decodeWireMessage', () => {
  it.each(messageTypes)('W9: %s is read as it was written', (type) => {
    fc.assert(
      fc.property(messageOf(type), (message) => {
        const frame = encodeWireMessage(message);
        expect(decodeWireMessage(frame)).toStrictEqual(message);
        expect(encodeWireMessage(decodeWireMessage(frame))).toEqual(frame);
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it('W8, W9: the frame may lie at any offset, in a pool of Buffers or in shared memory; its body is a view', () => {
    fc.assert(
      fc.property(anyMessage, fc.nat(17), fc.nat(9), (message, before, bodyBefore) => {
        const body = message.body && new Uint8Array(bodyBefore + message.body.length).subarray(bodyBefore);
        body?.set(message.body!);
        const frame = encodeWireMessage({ ...message, ...(body && { body }) } as WireMessage);
        const shifted = new Uint8Array(before + frame.length + 5).fill(0xaa);
        shifted.set(frame, before);
        const shared = new Uint8Array(new SharedArrayBuffer(before + frame.length), before);
        shared.set(frame);
        const views = [shifted.subarray(before, before + frame.length), Buffer.from(frame), shared];
        for (const view of views) {
          const decoded = decodeWireMessage(view);
          expect(decoded).toStrictEqual(message);
          expect(decoded.body?.buffer ?? view.buffer).toBe(view.buffer);
        }
        const fromBuffer = { ...message, ...(message.body && { body: Buffer.from(message.body) }) };
        expect(encodeWireMessage(fromBuffer as WireMessage)).toEqual(frame);
      }),
      { seed: 2, numRuns: 200 },
    );
  });

  it('W1: a frame has the bytes that the SPEC shows', () => {
    const [, shown] = /`(50 4e 46 31[0-9a-f ]+)`/.exec(spec)!;
    const message: WireMessage = { type: 'leave', header: { reason: 'battery' } };
    expect(Buffer.from(encodeWireMessage(message)).toString('hex')).toBe(shown.replaceAll(' ', ''));
  });

  it('W3: the body begins at a multiple of 8', () => {
    fc.assert(
      fc.property(messageOf('task'), (message) => {
        expect(decodeWireMessage(encodeWireMessage(message)).body!.byteOffset % 8).toBe(0);
      }),
      { seed: 3 },
    );
  });

  it('W5, W6, A3: kinds have the numbers, keys and bodies that the SPEC has', () => {
    const rows = Array.from(
      spec.matchAll(/^ *\| `([a-z]+)` +\| (\d+) +\| (.*?) *\| (.*?) *\|$/gm),
      ([, type, number, header, body]) => ({
        type,
        number: Number(number),
        keys: Array.from(header.matchAll(/`([a-zA-Z]+\??)`/g), ([, key]) => key),
        hasBody: body !== '',
      }),
    );
    const inCode = messageTypes.map((type) => ({
      type,
      number: MESSAGE_NUMBERS[type],
      keys: Object.entries(messageSchemas[type].shape).map(([key, field]) =>
        (field as { safeParse(value: unknown): { success: boolean } }).safeParse(undefined).success &&
        key !== 'settings'
          ? `${key}?`
          : key,
      ),
      hasBody: TYPES_WITH_BODY.has(type),
    }));
    expect(rows).toEqual(inCode);
    expect(new Set(rows.map(({ number }) => number)).size).toBe(12);
  });
});

describe('encodeWireMessage of what must not travel', () => {
  it.each<[string, string, unknown, string]>([
    ['a missing key', 'cancel', {}, "lacks 'task'"],
    ['an unknown key', 'leave', { reason: '', because: 1 }, "unknown key 'because'"],
    ['a wrong type', 'leave', { reason: 5 }, "'reason' = 5, which must be string"],
    ['a fraction', 'cancel', { task: 0.5 }, "'task' = 0.5, which must be string"],
    ['a negative count', 'reply', { ...reply, round: -1 }, "'round' = -1, which must be at least 0"],
    ['a count above 2^53', 'reply', { ...reply, round: 2 ** 53 }, "'round' = 9007199254740992"],
    ['NaN', 'reply', { ...reply, metrics: { loss: NaN } }, 'the number NaN'],
    ['infinity', 'reply', { ...reply, metrics: { loss: -Infinity } }, 'the number -Infinity'],
    ['a metric without a name', 'reply', { ...reply, metrics: { '': 1 } }, 'a name that is none'],
    ['a long name', 'cancel', { task: 'x'.repeat(129) }, 'which must be'],
    ['a line break in a name', 'cancel', { task: 'a\nb' }, 'which must be'],
    ['half a character in a name', 'cancel', { task: 'a\ud800' }, 'which must be'],
    ['a short nonce', 'challenge', { protocol: 1, nonce: 'AAAA' }, 'which must be'],
    [
      'a nonce with bits behind its end',
      'challenge',
      { protocol: 1, nonce: 'B'.repeat(43) },
      'which must be',
    ],
    [
      'a signature with bits behind its end',
      'hello',
      {
        protocol: 1,
        federation: 'f',
        strategies: [],
        software: '',
        device: { key: 'A'.repeat(43), signature: 'B'.repeat(86) },
      },
      'which must be',
    ],
    [
      'an unknown key inside',
      'reply',
      { ...reply, evaluation: { samples: 1, correct: 1, correctByLogits: 1, best: 1 } },
      "unknown key 'best'",
    ],
    ['a silence limit beyond timers', 'welcome', { ...welcome, silenceMs: 2 ** 31 }, 'at most 2147483647'],
    ['frames that are too short', 'welcome', { ...welcome, maxFrameBytes: 1023 }, 'at least 1024'],
    ['a date', 'welcome', { ...welcome, settings: { at: new Date(0) } }, 'JSON has no text'],
    ['a function', 'welcome', { ...welcome, settings: { toJSON: () => 1 } }, 'JSON has no text'],
    ['undefined in settings', 'welcome', { ...welcome, settings: { a: undefined } }, 'JSON has no text'],
    ['a hole', 'welcome', { ...welcome, settings: { a: Array(1) } }, 'a hole'],
    ['no object', 'heartbeat', [], 'must be an object, is an array'],
    ['null', 'heartbeat', null, 'must be an object'],
    ['a key that changes the prototype', 'welcome', JSON.parse('{"__proto__":{}}'), '__proto__'],
    ['an unknown kind', 'constructor', {}, 'unknown type'],
  ])('W6, W8: refuses %s', (_, type, header, message) => {
    const error = thrownBy(() => encode(type, header));
    expect(isProtoNormError(error, 'invalid-argument'), String(error)).toBe(true);
    expect(String(error)).toContain(message);
  });

  it('W6: takes a key that is undefined for one that is left out', () => {
    const frame = encode('error', { code: 'timeout', message: '', hint: undefined, fatal: true });
    expect(decodeWireMessage(frame).header).toStrictEqual({ code: 'timeout', message: '', fatal: true });
  });

  it('W6: refuses more than 256 metrics and strategies', () => {
    const metrics = (n: number) => Object.fromEntries(Array.from({ length: n }, (_, i) => [`m${i}`, i]));
    expect(() => encode('reply', { ...reply, metrics: metrics(256) })).not.toThrow();
    expectCode('invalid-argument', () => encode('reply', { ...reply, metrics: metrics(257) }));
    const hello = { protocol: 1, federation: 'f', software: '' };
    expect(() => encode('hello', { ...hello, strategies: Array(256).fill('s@1') })).not.toThrow();
    expectCode('invalid-argument', () => encode('hello', { ...hello, strategies: Array(257).fill('s@1') }));
  });

  it('W4: refuses what is too deep, also what has no end', () => {
    const deep = (levels: number) => JSON.parse('['.repeat(levels) + ']'.repeat(levels)) as unknown;
    // The header is one level, settings another.
    expect(() => encode('welcome', { ...welcome, settings: { deep: deep(30) } })).not.toThrow();
    const cyclic: Record<string, unknown> = {};
    cyclic.self = cyclic;
    for (const settings of [{ deep: deep(31) }, { deep: deep(100_000) }, cyclic])
      expect(() => encode('welcome', { ...welcome, settings })).toThrow('more than 32 deep');
  });

  it('W4, W8: says before it sends that a header or body is too long', () => {
    const tooLarge = (run: () => unknown) =>
      expect(isProtoNormError(thrownBy(run), 'message-too-large'), String(thrownBy(run))).toBe(true);
    const settings = (n: number) => ({ ...welcome, settings: { text: 'x'.repeat(n) } });
    const empty = JSON.stringify(settings(0)).length;
    const most = encode('welcome', settings(1_048_576 - empty));
    expect(decodeWireMessage(most).type).toBe('welcome');
    tooLarge(() => encode('welcome', settings(1_048_577 - empty)));
    const metrics = Object.fromEntries(Array.from({ length: 256 }, (_, i) => [`${'ω'.repeat(124)}${i}`, i]));
    tooLarge(() => encode('reply', { ...reply, metrics }));
    tooLarge(() => encode('task', task, { length: 2 ** 32 }));
  });

  it('W7: refuses bytes that belong to nothing', () => {
    const body = Uint8Array.of(1);
    expectCode('invalid-argument', () => encode('cancel', { task: 't' }, body));
    expectCode('invalid-argument', () => encode('task', { ...task, hasDown: false }, body));
    expectCode('invalid-argument', () => encode('reply', { ...reply, hasUp: false }, body));
    expectCode('invalid-argument', () => encode('reply', reply, new ArrayBuffer(8)));
  });
});

describe('decodeWireMessage of bad bytes', () => {
  const samples = fc
    .sample(anyMessage, { seed: 4, numRuns: 24 })
    .map((message) => encodeWireMessage(message));

  it('W2: refuses every change of a single byte', () => {
    const frame = encode('reply', { ...reply, metrics: { loss: 0.5 } }, Uint8Array.of(1, 2, 3));
    for (let at = 0; at < frame.length; at++) {
      for (let change = 1; change < 256; change++) {
        const changed = frame.slice();
        changed[at] ^= change;
        expectCode('message-corrupt', () => decodeWireMessage(changed));
      }
    }
  });

  it('W2: refuses every change within 32 bits in a row', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...samples),
        fc.nat(),
        fc.integer({ min: 1, max: 0xffffffff }),
        (frame, place, pattern) => {
          const changed = frame.slice();
          const from = place % (8 * frame.length - 31);
          for (let bit = 0; bit < 32; bit++)
            if ((pattern >>> bit) & 1) changed[(from + bit) >> 3] ^= 1 << ((from + bit) & 7);
          expectCode('message-corrupt', () => decodeWireMessage(changed));
        },
      ),
      { seed: 5, numRuns: 2000 },
    );
  });

  it('W2: refuses every truncation, with a right checksum too, and bytes behind the end', () => {
    for (const frame of samples) {
      for (let length = 0; length < frame.length; length++) {
        expectCode('message-corrupt', () => decodeWireMessage(frame.subarray(0, length)));
        if (length >= 4)
          expectCode('message-corrupt', () => decodeWireMessage(sealed(frame.subarray(0, length))));
      }
      expectCode('message-corrupt', () => decodeWireMessage(Uint8Array.of(...frame, 0)));
      expectCode('message-corrupt', () => decodeWireMessage(sealed(Uint8Array.of(...frame, 0, 0, 0, 0))));
    }
  });

  it('W2, E5: what is changed with a right checksum is refused, or is a message that travels again', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...samples),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        (frame, changes) => {
          const changed = frame.slice();
          for (const [at, value] of changes) changed[at % (frame.length - 4)] = value;
          const error = thrownBy(() => {
            const message = decodeWireMessage(sealed(changed));
            expect(decodeWireMessage(encodeWireMessage(message))).toEqual(message);
          });
          const isMessageError =
            isProtoNormError(error, 'message-corrupt') || isProtoNormError(error, 'schema-violation');
          expect(error === undefined || isMessageError, String(error)).toBe(true);
        },
      ),
      { seed: 6, numRuns: 3000 },
    );
  });

  it.each<[string, Uint8Array]>([
    ['another format', sealed(Uint8Array.from(frameOf(9, '{}'), (x, i) => (i === 3 ? 0x32 : x)))],
    ['kind 0', frameOf(0, '{}')],
    ['kind 13', frameOf(13, '{}')],
    ['kind 2^32 - 1', frameOf(0xffffffff, '{}')],
    ['no header', frameOf(9, '')],
    ['half a header', frameOf(9, '{')],
    ['a header with a byte order mark', frameOf(9, '\ufeff{}')],
    ['a header that is no UTF-8', frameOf(9, Uint8Array.of(0x22, 0xff, 0x22))],
    ['a header with half a character as UTF-8', frameOf(9, Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22))],
    ['a header that is too long', frameOf(9, `{}${' '.repeat(65_535)}`)],
    ['no zeros before its body', sealed(Uint8Array.from(frameOf(9, '{}'), (x, i) => (i === 20 ? 1 : x)))],
  ])('W1, W3, W4, W5: %s is message-corrupt', (_, frame) => {
    expectCode('message-corrupt', () => decodeWireMessage(frame));
  });

  it.each<[string, number, string]>([
    ['an array', 9, '[]'],
    ['null', 9, 'null'],
    ['text', 9, '"PNF1"'],
    ['an array as deep as it may be long', 9, '['.repeat(32_000) + ']'.repeat(32_000)],
    ['an unknown key', 9, '{"a":1}'],
    ['an infinite number', 5, '{"task":"t","round":1,"metrics":{"loss":1e999},"hasUp":true}'],
    ['a missing key', 8, '{}'],
    ['the key __proto__', 9, '{"__proto__":{"a":1}}'],
    ['it in metrics', 5, '{"task":"t","round":1,"metrics":{"__proto__":1},"hasUp":true}'],
    [
      'it in settings',
      3,
      JSON.stringify(welcome).replace('"settings":{}', '"settings":{"a":[{"__proto__":1}]}'),
    ],
    ['it with an escape', 9, String.raw`{"__proto\u005f_":1}`],
    ['too many levels', 3, JSON.stringify(welcome).replace('{}', `{"a":${'['.repeat(31)}${']'.repeat(31)}}`)],
    [
      'levels without end',
      3,
      JSON.stringify(welcome).replace('{}', `{"a":${'['.repeat(5e5)}${']'.repeat(5e5)}}`),
    ],
  ])('W4, W6: a header with %s is schema-violation', (_, number, header) => {
    expectCode('schema-violation', () => decodeWireMessage(frameOf(number, header)));
  });

  it.each(messageTypes)('W6, A1: %s with a key more or a key less is schema-violation', (type) => {
    fc.assert(
      fc.property(messageOf(type), fc.string(), fc.nat(), (message, more, which) => {
        const header = { ...message.header } as Record<string, unknown>;
        const shape: object = messageSchemas[type].shape;
        const number = MESSAGE_NUMBERS[type];
        fc.pre(!Object.hasOwn(shape, more));
        const longer = JSON.stringify(header).replace(
          /^\{(.?)/,
          (_, next) => `{${JSON.stringify(more)}:1${next === '}' ? '' : ','}${next}`,
        );
        expectCode('schema-violation', () => decodeWireMessage(frameOf(number, longer)));
        const optional = ['clientId', 'token', 'device', 'evaluation', 'code', 'hint', 'round'];
        const needed = Object.keys(shape).filter((key) => type === 'task' || !optional.includes(key));
        if (needed.length === 0) return;
        delete header[needed[which % needed.length]];
        expectCode('schema-violation', () => decodeWireMessage(frameOf(number, JSON.stringify(header))));
      }),
      { seed: 7 },
    );
  });

  it('W7: bytes that belong to nothing are schema-violation', () => {
    const body = Uint8Array.of(1);
    const refused = (type: MessageType, header: unknown) =>
      expectCode('schema-violation', () =>
        decodeWireMessage(frameOf(MESSAGE_NUMBERS[type], JSON.stringify(header), body)),
      );
    refused('heartbeat', {});
    refused('cancel', { task: 't' });
    refused('task', { ...task, hasDown: false });
    refused('reply', { ...reply, hasUp: false });
  });

  it('W2: what are no bytes is message-corrupt', () => {
    const frame = frameOf(9, '{}');
    for (const value of [undefined, null, 'PNF1'.repeat(9), frame.buffer, [...frame]])
      expectCode('message-corrupt', () => decodeWireMessage(value as never));
  });

  it('W8: reserves nothing for lengths that are only said', () => {
    const before = process.memoryUsage().arrayBuffers;
    for (const at of [8, 12]) {
      for (const length of [0x7fffffff, 0xffffffff, 0xfffffff8]) {
        const frame = frameOf(9, '{}');
        new DataView(frame.buffer).setUint32(at, length, true);
        expectCode('message-corrupt', () => decodeWireMessage(sealed(frame)));
      }
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1 << 20);
  });

  it('E1: reads errors with codes that this version does not know', () => {
    const header = { code: 'code-of-the-future', message: '', fatal: false };
    expect(decodeWireMessage(encode('error', header)).header).toEqual(header);
  });

  it('E1: shows at most a few of the bytes that were wrong', () => {
    const key = 'k'.repeat(60_000);
    const error = thrownBy(() => decodeWireMessage(frameOf(9, `{"${key}":1}`)));
    expect(String(error).length).toBeLessThan(400);
  });

  it('A2: another version of the protocol can be said in challenge and hello', () => {
    const challenge = { protocol: 7, nonce: 'A'.repeat(43) };
    expect(decodeWireMessage(encode('challenge', challenge)).header).toEqual(challenge);
    const hello = { protocol: 7, federation: 'f', strategies: [], software: '' };
    expect(decodeWireMessage(encode('hello', hello)).header).toEqual(hello);
  });

  it('A4: takes any settings and names of metrics', () => {
    const settings = { 'a key of the future': [1, { b: null }] };
    expect(decodeWireMessage(encode('welcome', { ...welcome, settings })).header).toMatchObject({ settings });
    const metrics = { 'metric of the future': 1 };
    expect(decodeWireMessage(encode('reply', { ...reply, metrics })).header).toMatchObject({ metrics });
  });
});
