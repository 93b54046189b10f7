import { isProtoNormError, type ErrorCode } from '@protonorm/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frameOf, thrownBy } from './frame-bytes.test-support.ts';
import { HANDSHAKE_FRAME_BYTES, MAX_HEADER_BYTES, PART_OVERHEAD } from './limits.ts';
import type { WireMessage } from './message-schemas.ts';
import { FrameReceiver, splitFrame } from './parts.ts';
import { decodeWireMessage, encodeWireMessage } from './wire-frame.ts';

const limits = { maxFrameBytes: 1024, maxMessageBytes: 1 << 20, maxAssemblies: 2 };
const heartbeat = encodeWireMessage({ type: 'heartbeat', header: {} });

function replyOf(bytes: number, task = 't'): WireMessage {
  const body = Uint8Array.from({ length: bytes }, (_, i) => (i * 31 + bytes) & 0xff);
  return { type: 'reply', header: { task, round: 1, metrics: {}, hasUp: true }, body };
}

/** A part as nobody honest sends it. */
function partOf(header: Partial<Record<string, unknown>>, body: Uint8Array): Uint8Array {
  const complete = { message: 0, index: 0, count: 2, bytes: 1000, ...header };
  return frameOf(12, JSON.stringify(complete), body);
}

function expectCode(code: ErrorCode, run: () => unknown): void {
  const error = thrownBy(run);
  expect(isProtoNormError(error, code), String(error)).toBe(true);
}

/** What a receiver gives for frames, in order. */
function received(receiver: FrameReceiver, frames: readonly Uint8Array[]): WireMessage[] {
  return frames.flatMap((frame) => receiver.receive(frame) ?? []);
}

const longMessage = fc.integer({ min: 1200, max: 20_000 }).map((bytes) => replyOf(bytes));
const frameBytes = fc.integer({ min: 1024, max: 4096 });

describe('splitFrame', () => {
  it('P1, P2: makes frames within the limit, whose bodies joined are the frame, all but the last of one size', () => {
    fc.assert(
      fc.property(fc.nat(20_000), frameBytes, fc.maxSafeNat(), (bytes, maxFrameBytes, message) => {
        const frame = encodeWireMessage(replyOf(bytes));
        const frames = splitFrame(frame, { maxFrameBytes, message });
        expect(Math.max(...frames.map(({ length }) => length))).toBeLessThanOrEqual(maxFrameBytes);
        if (frame.length <= maxFrameBytes) {
          expect(frames).toEqual([frame]);
          return;
        }
        const bodies = frames.map((part) => decodeWireMessage(part).body!);
        expect(Buffer.concat(bodies).equals(frame)).toBe(true);
        const sizes = new Set(bodies.slice(0, -1).map(({ length }) => length));
        expect(sizes.size).toBe(1);
        expect([...sizes][0]).toBeGreaterThanOrEqual(512);
        expect(bodies.at(-1)!.length).toBeGreaterThan(0);
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it('P9: the overhead of a part is kept by the largest numbers and every size', () => {
    const largest = fc.oneof(fc.constant(Number.MAX_SAFE_INTEGER), fc.maxSafeNat());
    fc.assert(
      fc.property(largest, largest, largest, largest, fc.nat(64), (message, index, count, bytes, size) => {
        const header = { message, index, count: Math.max(2, count), bytes };
        const part = encodeWireMessage({ type: 'part', header, body: new Uint8Array(size) });
        expect(part.length - size).toBeLessThanOrEqual(PART_OVERHEAD);
      }),
      { seed: 2, numRuns: 500 },
    );
  });

  it('P9: refuses frames that are too short and numbers that are none', () => {
    const frame = encodeWireMessage(replyOf(5000));
    for (const maxFrameBytes of [1023, 0, -1, NaN, Infinity, 1500.5])
      expectCode('invalid-argument', () => splitFrame(frame, { maxFrameBytes, message: 0 }));
    for (const message of [-1, 0.5, NaN, 2 ** 53])
      expectCode('invalid-argument', () => splitFrame(frame, { maxFrameBytes: 1024, message }));
  });
});

describe('FrameReceiver', () => {
  it('P1, P3: gives the message behind its last part, whatever comes between', () => {
    const messages = fc.array(longMessage, { minLength: 1, maxLength: 2 });
    fc.assert(
      fc.property(messages, fc.array(fc.nat(2), { maxLength: 60 }), (sent, turns) => {
        const receiver = new FrameReceiver(limits);
        const queues = sent.map((message, number) => [
          ...splitFrame(encodeWireMessage(message), { maxFrameBytes: 1024, message: number }),
        ]);
        const whole: WireMessage[] = [];
        for (const turn of [...turns, ...Array<number>(60).fill(0), ...Array<number>(60).fill(1)]) {
          const frame = turn === 2 ? heartbeat : queues[turn]?.shift();
          if (frame === undefined) continue;
          const message = receiver.receive(frame);
          if (turn === 2) expect(message).toStrictEqual({ type: 'heartbeat', header: {} });
          else expect(message === undefined).toBe(queues[turn].length > 0);
          if (message !== undefined && turn !== 2) whole[turn] = message;
        }
        expect(whole).toStrictEqual(sent);
        expect(receiver.pendingBytes).toBe(0);
      }),
      { seed: 3, numRuns: 100 },
    );
  });

  it('P4: a number may be used again for a later message', () => {
    const receiver = new FrameReceiver(limits);
    const sent = [replyOf(3000), replyOf(5000)];
    const frames = sent.flatMap((message) =>
      splitFrame(encodeWireMessage(message), { maxFrameBytes: 1024, message: 7 }),
    );
    expect(received(receiver, frames)).toStrictEqual(sent);
  });

  it('P3, P5: parts left out, doubled or exchanged are message-corrupt, never another message', () => {
    fc.assert(
      fc.property(
        longMessage,
        fc.constantFrom('drop', 'double', 'exchange'),
        fc.nat(),
        (sent, how, place) => {
          const good = splitFrame(encodeWireMessage(sent), { maxFrameBytes: 1024, message: 0 });
          const at = place % (good.length - 1);
          const frames =
            how === 'drop'
              ? good.toSpliced(at, 1)
              : how === 'double'
                ? good.toSpliced(at, 0, good[at])
                : good.toSpliced(at, 2, good[at + 1], good[at]);
          const receiver = new FrameReceiver(limits);
          expectCode('message-corrupt', () => received(receiver, frames));
          expect(receiver.pendingBytes).toBe(0);
        },
      ),
      { seed: 4, numRuns: 200 },
    );
  });

  it('P5: parts of two messages under one number are message-corrupt, never a mixture', () => {
    const parts = (bytes: number) =>
      splitFrame(encodeWireMessage(replyOf(bytes)), { maxFrameBytes: 1024, message: 0 });
    // Of another size, and of the same size, where only the checksum of the whole can tell.
    for (const [a, b] of [
      [parts(3000), parts(4000)],
      [parts(3000), parts(3001)],
      [parts(3000), splitFrame(encodeWireMessage(replyOf(3000, 'u')), { maxFrameBytes: 1024, message: 0 })],
    ])
      expectCode('message-corrupt', () => received(new FrameReceiver(limits), [a[0], ...b.slice(1)]));
  });

  it('P3, P5: a part that says other sizes than the first is message-corrupt, also where all else is right', () => {
    const good = splitFrame(encodeWireMessage(replyOf(3000)), { maxFrameBytes: 1024, message: 0 });
    for (const change of [{ count: 1 }, { bytes: 1 }, { index: 1 }]) {
      for (let at = 1; at < good.length; at++) {
        const { header, body } = decodeWireMessage(good[at]) as Extract<WireMessage, { type: 'part' }>;
        const entries = Object.entries(header).map(([key, value]) => [
          key,
          value + (change[key as keyof typeof change] ?? 0),
        ]);
        const changed = partOf(Object.fromEntries(entries), body!);
        expectCode('message-corrupt', () => received(new FrameReceiver(limits), good.with(at, changed)));
      }
    }
  });

  it('P3: says which part was expected', () => {
    const part = partOf({ index: 1 }, new Uint8Array(600));
    expect(() => new FrameReceiver(limits).receive(part)).toThrow('is number 1, where 0 must come');
  });

  const body = (bytes: number) => new Uint8Array(bytes);
  it.each<[string, Uint8Array[]]>([
    ['a first part that is not number 0', [partOf({ index: 1 }, body(600))]],
    ['a part that is empty', [partOf({ bytes: 10 }, body(0))]],
    ['a first part that is too short', [partOf({ bytes: 600, count: 2 }, body(511))]],
    ['a first part that has all', [partOf({ bytes: 600 }, body(600))]],
    ['a first part that has more than all', [partOf({ bytes: 599 }, body(600))]],
    ['more parts than the bytes need', [partOf({ count: 3, bytes: 1200 }, body(600))]],
    ['fewer parts than the bytes need', [partOf({ count: 2, bytes: 1201 }, body(600))]],
    ['other counts later', [partOf({}, body(600)), partOf({ index: 1, count: 3 }, body(400))]],
    ['other sizes later', [partOf({}, body(600)), partOf({ index: 1, bytes: 1001 }, body(400))]],
    ['a last part that is too short', [partOf({}, body(600)), partOf({ index: 1 }, body(399))]],
    ['a last part that is too long', [partOf({}, body(600)), partOf({ index: 1 }, body(401))]],
    [
      'a middle part that is too short',
      [partOf({ count: 3, bytes: 1700 }, body(600)), partOf({ index: 1, count: 3, bytes: 1700 }, body(599))],
    ],
    ['an index beyond the count', [partOf({}, body(600)), partOf({ index: 2 }, body(400))]],
    ['a whole that is no frame', [partOf({}, body(600)), partOf({ index: 1 }, body(400))]],
  ])('P2, P3, P5, P7: %s is message-corrupt', (_, frames) => {
    const receiver = new FrameReceiver(limits);
    received(receiver, frames.slice(0, -1));
    expectCode('message-corrupt', () => receiver.receive(frames.at(-1)!));
  });

  it('P1: one part alone is no message of parts', () => {
    expectCode('schema-violation', () =>
      new FrameReceiver(limits).receive(partOf({ count: 1, bytes: 800 }, body(800))),
    );
  });

  it('P7: a part of parts is message-corrupt', () => {
    const inner = partOf({ bytes: 10_000, count: 10 }, body(1500));
    const frames = splitFrame(inner, { maxFrameBytes: 1024, message: 1 });
    expect(frames.length).toBe(2);
    expectCode('message-corrupt', () => received(new FrameReceiver(limits), frames));
  });

  it('P5: limits hold to the byte', () => {
    const frame = encodeWireMessage(replyOf(5000));
    const frames = splitFrame(frame, { maxFrameBytes: 2048, message: 0 });
    const exact = { maxFrameBytes: frames[0].length, maxMessageBytes: frame.length, maxAssemblies: 1 };
    expect(received(new FrameReceiver(exact), frames)).toHaveLength(1);
    for (const less of [{ maxFrameBytes: exact.maxFrameBytes - 1 }, { maxMessageBytes: frame.length - 1 }])
      expectCode('message-too-large', () => new FrameReceiver({ ...exact, ...less }).receive(frames[0]));
  });

  it('P5: a message under way too many is message-too-large', () => {
    const receiver = new FrameReceiver(limits);
    receiver.receive(partOf({ message: 0 }, body(600)));
    receiver.receive(partOf({ message: 1 }, body(600)));
    expectCode('message-too-large', () => receiver.receive(partOf({ message: 2 }, body(600))));
  });

  it('P6: keeps what came and reserves nothing for what was only said to come', () => {
    const receiver = new FrameReceiver({ ...limits, maxMessageBytes: Number.MAX_SAFE_INTEGER });
    const before = process.memoryUsage().arrayBuffers;
    receiver.receive(partOf({ message: 0, bytes: 600 * 2 ** 30, count: 2 ** 30 }, body(600)));
    receiver.receive(partOf({ message: 1, bytes: 2 ** 30, count: Math.ceil(2 ** 30 / 700) }, body(700)));
    expect(receiver.pendingBytes).toBe(1300);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1 << 20);
  });

  it('P6: copies, so that the network may use its memory again', () => {
    const sent = replyOf(3000);
    const receiver = new FrameReceiver(limits);
    const whole = splitFrame(encodeWireMessage(sent), { maxFrameBytes: 1024, message: 0 }).flatMap((part) => {
      const pooled = Buffer.from(part);
      const message = receiver.receive(pooled);
      pooled.fill(0);
      return message ?? [];
    });
    expect(whole).toStrictEqual([sent]);
  });

  it.each<[string, ErrorCode, Uint8Array]>([
    ['a corrupt frame', 'message-corrupt', Uint8Array.of(1, 2, 3)],
    ['a foreign header', 'schema-violation', frameOf(9, '{"a":1}')],
    ['a frame that is too large', 'message-too-large', body(1025)],
    ['a part out of order', 'message-corrupt', partOf({ message: 5, index: 3 }, body(600))],
  ])('P8: drops what it has kept behind %s', (_, code, bad) => {
    const receiver = new FrameReceiver(limits);
    receiver.receive(partOf({}, body(600)));
    expect(receiver.pendingBytes).toBe(600);
    expectCode(code, () => receiver.receive(bad));
    expect(receiver.pendingBytes).toBe(0);
    receiver.receive(partOf({}, body(600))); // the same number again, from its beginning
    expect(receiver.pendingBytes).toBe(600);
  });

  it('P5: takes other limits from the next message on, as behind a handshake', () => {
    const [first, ...rest] = splitFrame(encodeWireMessage(replyOf(3000)), {
      maxFrameBytes: 1024,
      message: 0,
    });
    const receiver = new FrameReceiver({ ...limits, maxMessageBytes: 2000 });
    expectCode('message-too-large', () => receiver.receive(first));
    receiver.setLimits(limits);
    expect(received(receiver, [first, ...rest])).toHaveLength(1);
  });

  it('P5: the longest hello passes before a handshake', () => {
    expect(HANDSHAKE_FRAME_BYTES).toBeGreaterThanOrEqual(16 + MAX_HEADER_BYTES + 4);
  });

  it('P9: refuses limits that are none', () => {
    for (const bad of [
      { maxFrameBytes: 1023 },
      { maxFrameBytes: NaN },
      { maxMessageBytes: 0 },
      { maxMessageBytes: Infinity },
      { maxAssemblies: 0 },
      { maxAssemblies: undefined },
    ]) {
      expectCode('invalid-argument', () => new FrameReceiver({ ...limits, ...bad } as never));
      expectCode('invalid-argument', () =>
        new FrameReceiver(limits).setLimits({ ...limits, ...bad } as never),
      );
    }
  });
});
