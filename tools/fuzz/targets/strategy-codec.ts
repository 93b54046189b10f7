import {
  createCodec,
  t,
  type MessageCodec,
  type MessageSchema,
  type PrototypeEncoding,
} from '@protonorm/strategy';
import type { Rng } from '@protonorm/tensor';
import { BrokenLaw, MESSAGE_ERRORS, type FuzzTarget } from '../fuzz-target.ts';
import { mutateBytes, pick } from '../mutate-bytes.ts';

const D = 12;
const schema = {
  weights: t.tensor(['?'], { maxNorm: 100 }),
  table: t.prototypes('d', { maxNorm: 10 }),
  samples: t.scalar({ min: 1, integer: true }),
  mask: t.optional(t.tensor(['d'], { type: 'uint8' })),
  layers: t.list(t.list(t.tensor(['?'], { type: 'int32' }), { maxItems: 4 }), { maxItems: 2 ** 31 }),
  free: t.prototypes('?'),
};

const ENCODINGS: readonly PrototypeEncoding[] = [
  {},
  { precision: 'float16' },
  { precision: 'int8' },
  { keep: 0.3 },
  { precision: 'int8', keep: 0.05 },
];

/** Codecs in all encodings; a frame says in its first byte which one is to take it. */
const codecs = ENCODINGS.map((prototypes) => ({
  codec: createCodec(schema, {
    axes: { d: D },
    what: 'up',
    classes: 10,
    prototypes,
  }) as MessageCodec<MessageSchema>,
}));

const table = (classes: readonly number[], dim: number) => ({
  dim,
  classes: Int32Array.from(classes),
  counts: Float64Array.from(classes, (c) => c + 1),
  vectors: Float32Array.from({ length: classes.length * dim }, (_, i) => Math.sin(i)),
});

const messages = [
  {
    weights: Float32Array.from({ length: 9 }, (_, i) => i - 4),
    table: table([0, 3, 9], D),
    samples: 17,
    mask: new Uint8Array(D).fill(1),
    layers: [[Int32Array.of(1, -1)], [], [Int32Array.of(7), new Int32Array(0)]],
    free: table([1], 5),
  },
  { weights: new Float32Array(0), table: table([], D), samples: 1, layers: [], free: table([], 1) },
];

const frames = codecs.map(({ codec }) => messages.map((message) => codec.encode(message)));

function draw(rng: Rng): readonly Uint8Array[] {
  const which = rng.integer(codecs.length);
  const frame = pick(rng, frames[which]);
  const other = pick(rng, pick(rng, frames));
  const bytes = rng.integer(16) === 0 ? other : mutateBytes(frame, rng, other);
  return [Uint8Array.of(which, ...bytes)];
}

/** `createCodec(...).decode`: what is accepted travels again, to the same bytes from then on. */
export const strategyCodecTarget: FuzzTarget = {
  name: 'createCodec.decode',
  codes: MESSAGE_ERRORS,
  draw,
  take([frame]) {
    const { codec } = codecs[frame[0]];
    const message = codec.decode(frame.subarray(1));
    let once;
    let twice;
    try {
      once = codec.encode(message);
      twice = codec.encode(codec.decode(once));
    } catch (cause) {
      throw new BrokenLaw('What was accepted cannot be sent.', { cause });
    }
    if (!Buffer.from(once).equals(twice))
      throw new BrokenLaw('What was accepted changes each time it travels.');
  },
};
