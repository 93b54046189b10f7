import { createCodec, t, type PrototypePrecision } from '@protonorm/strategy';
import type { Prototypes } from '@protonorm/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameReceiver, splitFrame } from './parts.ts';
import { encodeWireMessage } from './wire-frame.ts';

const D = 48;
const CLASSES = 24;

const tables: fc.Arbitrary<Prototypes> = fc
  .tuple(fc.integer({ min: 1, max: CLASSES }), fc.infiniteStream(fc.float({ noNaN: true, min: -8, max: 8 })))
  .map(([n, numbers]) => ({
    dim: D,
    classes: Int32Array.from({ length: n }, (_, i) => i),
    counts: Float64Array.from({ length: n }, (_, i) => i + 0.5),
    vectors: Float32Array.from(numbers.take(n * D)),
  }));

/** Largest errors of a coordinate x of a row whose largest is `most`, and bytes of a row, as in the table of rule T9. */
const precisions: readonly [PrototypePrecision, (x: number, most: number) => number, number][] = [
  ['float32', () => 0, 4 * D],
  ['float16', (x, most) => Math.max(2 ** -11 * Math.abs(x), 2 ** -39 * most), 2 * D + 1],
  ['int8', (_, most) => Math.max(most / 254, 2 ** -134), D + 4],
];

describe.each(precisions)('prototypes as %s in a reply', (precision, bound, rowBytes) => {
  const codec = createCodec(
    { p: t.prototypes('d') },
    { axes: { d: D }, what: 'up', prototypes: { precision } },
  );

  it('T9: come through frames and parts with the error that the SPEC says', () => {
    fc.assert(
      fc.property(tables, (p) => {
        const header = { task: 't', round: 0, metrics: {}, hasUp: true };
        const frame = encodeWireMessage({ type: 'reply', header, body: codec.encode({ p }) });
        const receiver = new FrameReceiver({
          maxFrameBytes: 1024,
          maxMessageBytes: 1 << 20,
          maxAssemblies: 1,
        });
        const [message] = splitFrame(frame, { maxFrameBytes: 1024, message: 0 }).flatMap(
          (part) => receiver.receive(part) ?? [],
        );
        const back = codec.decode(message.body!).p;
        expect({ ...back, vectors: 0 }).toStrictEqual({ ...p, vectors: 0 });
        for (let row = 0; row < p.classes.length; row++) {
          const x = p.vectors.subarray(row * D, (row + 1) * D);
          const most = x.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
          x.forEach((value, i) => {
            const error = Math.abs(back.vectors[row * D + i] - value);
            expect(error).toBeLessThanOrEqual(bound(value, most));
          });
        }
        // What was read back travels without further loss.
        expect(codec.encode({ p: back })).toEqual(message.body);
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  it('T9: cost the bytes that the SPEC says', () => {
    const bytes = (n: number) =>
      codec.encode({
        p: {
          dim: D,
          classes: Int32Array.from({ length: n }, (_, i) => i),
          counts: new Float64Array(n).fill(1),
          vectors: new Float32Array(n * D).fill(1),
        },
      }).length;
    // Beside 12 bytes for class and count of each.
    expect(bytes(16) - bytes(8)).toBe(8 * (rowBytes + 12));
  });
});
