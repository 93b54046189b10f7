import { encodeWireMessage } from '@protonorm/protocol';
import type { Rng } from '@protonorm/tensor';
import { mutateBytes, pick, sealed } from './mutate-bytes.ts';
import { wireSamples } from './wire-samples.ts';

const frames = wireSamples.map((message) => encodeWireMessage(message));
const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** JSON that is no value of any header, or hardly; not all of it is JSON. */
const STRANGE: readonly ((rng: Rng) => string)[] = [
  (rng) => pick(rng, ['null', 'true', '-0', '-1', '0.5', '1e999', '-1e999', '9007199254740993', '1e-400']),
  (rng) => pick(rng, ['""', '"\\ud800"', '"\\u0000"', '"a\\nb"', '"__proto__"', '"\u2028"', '{}', '[]']),
  (rng) => `"${'x'.repeat(1 << rng.integer(14))}"`,
  (rng) => {
    const levels = 1 << rng.integer(14);
    return '['.repeat(levels) + ']'.repeat(levels);
  },
  (rng) => {
    const levels = 1 << rng.integer(12);
    return '{"a":'.repeat(levels) + '1' + '}'.repeat(levels);
  },
  (rng) => `{"__proto__":${pick(rng, ['{"a":1}', 'null', '1'])}}`,
  (rng) => `{${Array.from({ length: rng.integer(600) }, (_, i) => `"k${i}":${i}`).join(',')}}`,
  (rng) => `[${Array.from({ length: rng.integer(600) }, (_, i) => `"k${i}"`).join(',')}]`,
  (rng) => pick(rng, ['NaN', 'undefined', '{', '"', '01', '"\u0001"', '[1,]', '']),
];

const KEYS = ['a', '', '__proto__', 'constructor', 'toString', 'round', 'x'.repeat(5000)];

/** The frame of any kind and any header. */
function frameOf(kind: number, header: string, body: Uint8Array): Uint8Array {
  const text = encoder.encode(header);
  const bodyFrom = Math.ceil((16 + text.length) / 8) * 8;
  const bytes = new Uint8Array(bodyFrom + body.length + 4);
  const view = new DataView(bytes.buffer);
  bytes.set(encoder.encode('PNF1'));
  view.setUint32(4, kind, true);
  view.setUint32(8, text.length, true);
  view.setUint32(12, body.length, true);
  bytes.set(text, 16);
  bytes.set(body, bodyFrom);
  return sealed(bytes);
}

/** A well-formed frame whose header differs from one of its kind in a key or a value, at any depth. */
function withStrangeHeader(rng: Rng): Uint8Array {
  const index = rng.integer(wireSamples.length);
  const { header, body = new Uint8Array(0) } = wireSamples[index];
  const kind = rng.integer(8) === 0 ? rng.integer(16) : index + 1;
  const text = rng.integer(8) === 0 ? pick(rng, STRANGE)(rng) : strangeObject(header, rng);
  return frameOf(kind, text, rng.integer(8) === 0 ? Uint8Array.of(1, 2, 3) : body);
}

function strangeObject(value: object, rng: Rng): string {
  const entries = Object.entries(value).map(([key, item]) => ({ key, item: item as unknown }));
  const at = rng.integer(entries.length + 1);
  const texts = entries.map(({ key, item }, i) => ({
    key,
    text: i === at ? strange(item, rng) : JSON.stringify(item),
  }));
  if (at === entries.length) texts.push({ key: pick(rng, KEYS), text: pick(rng, STRANGE)(rng) });
  else if (rng.integer(4) === 0) texts.splice(at, 1);
  return `{${texts.map(({ key, text }) => `${JSON.stringify(key)}:${text}`).join(',')}}`;
}

function strange(value: unknown, rng: Rng): string {
  const inside = typeof value === 'object' && value !== null && !Array.isArray(value) && rng.integer(2) === 0;
  return inside ? strangeObject(value, rng) : pick(rng, STRANGE)(rng);
}

/** A frame whose header is one of its kind with some characters changed. */
function withChangedText(rng: Rng): Uint8Array {
  const index = rng.integer(wireSamples.length);
  const { header, body = new Uint8Array(0) } = wireSamples[index];
  const text = encoder.encode(JSON.stringify(header));
  for (let n = 1 + rng.integer(3); n > 0; n--)
    text[rng.integer(text.length)] = pick(
      rng,
      [0x22, 0x7b, 0x7d, 0x2c, 0x3a, 0x30, 0x39, 0x20, 0x5c, 0x2d, 0x65],
    );
  return frameOf(index + 1, decoder.decode(text), body);
}

/** A frame whose two lengths add up to the frame, but lie. */
function withShiftedLengths(rng: Rng): Uint8Array {
  const copy = Uint8Array.from(pick(rng, frames));
  const view = new DataView(copy.buffer);
  const headerLength = rng.integer(copy.length);
  view.setUint32(8, headerLength, true);
  view.setUint32(12, copy.length - 4 - Math.ceil((16 + headerLength) / 8) * 8, true);
  return sealed(copy);
}

/** A frame of the wire as one who means harm, or a broken line, would send it. */
export function strangeWireFrame(rng: Rng): Uint8Array {
  switch (rng.integer(8)) {
    case 0:
      return pick(rng, frames);
    case 1:
    case 2:
      return withStrangeHeader(rng);
    case 3:
      return withChangedText(rng);
    case 4:
      return withShiftedLengths(rng);
    default:
      return mutateBytes(pick(rng, frames), rng, pick(rng, frames));
  }
}
