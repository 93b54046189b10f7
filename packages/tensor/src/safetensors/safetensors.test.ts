import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isProtoNormError } from '../errors/protonorm-error.ts';
import { arrayTypes, dtypeOrder, type Safetensor } from './dtype.ts';
import { decodeSafetensors, encodeSafetensors } from './index.ts';

fc.configureGlobal({ seed: 1 });

/** The tensors of `python`, as they are held here. */
const tensors: Record<string, Safetensor> = {
  b: { dtype: 'F64', shape: [2], data: Float64Array.of(1.5, -2.25) },
  a: { dtype: 'F32', shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
  i: { dtype: 'I32', shape: [2], data: Int32Array.of(-1, 7) },
  l: { dtype: 'I64', shape: [2], data: BigInt64Array.of(2n ** 40n, -3n) },
  u: { dtype: 'U8', shape: [3], data: Uint8Array.of(255, 0, 3) },
  ok: { dtype: 'BOOL', shape: [3], data: Uint8Array.of(1, 0, 1) },
  h: { dtype: 'F16', shape: [2], data: Uint16Array.of(0x3800, 0xbc00) },
  bf: { dtype: 'BF16', shape: [2], data: Uint16Array.of(0x3f00, 0xbf80) },
  s: { dtype: 'F32', shape: [], data: Float32Array.of(3) },
  e: { dtype: 'F32', shape: [0, 4], data: new Float32Array(0) },
  i8: { dtype: 'I8', shape: [1], data: Int8Array.of(-5) },
  i16: { dtype: 'I16', shape: [1], data: Int16Array.of(-500) },
};

/**
 * Made by Python's safetensors 0.8.0 with torch 2.13: `save({'b': tensor([1.5, -2.25], dtype=float64), 'a': ...,
 * 'h': tensor([0.5, -1.0], dtype=float16), 'bf': the same as bfloat16, 's': tensor(3.0), 'e': zeros(0, 4), ...},
 * {'format': 'pt'})`.
 */
const python = fromBase64(
  'wAIAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJmb3JtYXQiOiJwdCJ9LCJsIjp7ImR0eXBlIjoiSTY0Iiwic2hhcGUiOlsyXSwiZGF0YV9vZmZz' +
    'ZXRzIjpbMCwxNl19LCJiIjp7ImR0eXBlIjoiRjY0Iiwic2hhcGUiOlsyXSwiZGF0YV9vZmZzZXRzIjpbMTYsMzJdfSwiYSI6eyJkdHlwZSI6' +
    'IkYzMiIsInNoYXBlIjpbMiwzXSwiZGF0YV9vZmZzZXRzIjpbMzIsNTZdfSwiZSI6eyJkdHlwZSI6IkYzMiIsInNoYXBlIjpbMCw0XSwiZGF0' +
    'YV9vZmZzZXRzIjpbNTYsNTZdfSwicyI6eyJkdHlwZSI6IkYzMiIsInNoYXBlIjpbXSwiZGF0YV9vZmZzZXRzIjpbNTYsNjBdfSwiaSI6eyJk' +
    'dHlwZSI6IkkzMiIsInNoYXBlIjpbMl0sImRhdGFfb2Zmc2V0cyI6WzYwLDY4XX0sImJmIjp7ImR0eXBlIjoiQkYxNiIsInNoYXBlIjpbMl0s' +
    'ImRhdGFfb2Zmc2V0cyI6WzY4LDcyXX0sImgiOnsiZHR5cGUiOiJGMTYiLCJzaGFwZSI6WzJdLCJkYXRhX29mZnNldHMiOls3Miw3Nl19LCJp' +
    'MTYiOnsiZHR5cGUiOiJJMTYiLCJzaGFwZSI6WzFdLCJkYXRhX29mZnNldHMiOls3Niw3OF19LCJpOCI6eyJkdHlwZSI6Ikk4Iiwic2hhcGUi' +
    'OlsxXSwiZGF0YV9vZmZzZXRzIjpbNzgsNzldfSwidSI6eyJkdHlwZSI6IlU4Iiwic2hhcGUiOlszXSwiZGF0YV9vZmZzZXRzIjpbNzksODJd' +
    'fSwib2siOnsiZHR5cGUiOiJCT09MIiwic2hhcGUiOlszXSwiZGF0YV9vZmZzZXRzIjpbODIsODVdfX0gICAgIAAAAAAAAQAA/f////////8A' +
    'AAAAAAD4PwAAAAAAAALAAACAPwAAAEAAAEBAAACAQAAAoEAAAMBAAABAQP////8HAAAAAD+AvwA4ALwM/vv/AAMBAAE=',
);

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

/** A file with any header. */
function fileOf(header: string | Uint8Array, body = new Uint8Array(0)): Uint8Array {
  const text = typeof header === 'string' ? new TextEncoder().encode(header) : header;
  const bytes = new Uint8Array(8 + text.length + body.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(body, 8 + text.length);
  return bytes;
}

const name = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('__proto__', 'constructor', '1', ''),
);
const tensor: fc.Arbitrary<Safetensor> = fc
  .record({
    dtype: fc.constantFrom(...dtypeOrder),
    shape: fc.array(fc.nat(4), { maxLength: 3 }),
    fill: fc.infiniteStream(fc.nat(255)),
  })
  .map(({ dtype, shape, fill }) => {
    const size = shape.reduce((a, b) => a * b, arrayTypes[dtype].BYTES_PER_ELEMENT);
    const bytes = Uint8Array.from({ length: size }, () => fill.next().value as number);
    return { dtype, shape, data: new arrayTypes[dtype](bytes.buffer) } as Safetensor;
  });
const file = fc
  .array(fc.tuple(name, tensor), { maxLength: 6 })
  .map((entries) => Object.fromEntries(entries.filter(([key]) => key !== '__metadata__')));
const metadata = fc.dictionary(name, fc.string({ unit: 'binary' }), { maxKeys: 4 });
const bytesOf = ({ data }: Safetensor): Uint8Array =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

describe('against the official library', () => {
  it('reads its files', () => {
    const decoded = decodeSafetensors(python);
    expect({ ...decoded.metadata }).toEqual({ format: 'pt' });
    expect({ ...decoded.tensors }).toEqual(tensors);
  });

  it('writes the same bytes', () => {
    expect(encodeSafetensors(tensors, { format: 'pt' })).toEqual(python);
  });
});

describe('encode and decode', () => {
  it('give back what went in, to the bit', () => {
    fc.assert(
      fc.property(file, metadata, (written, texts) => {
        const decoded = decodeSafetensors(encodeSafetensors(written, texts));
        expect(new Set(Object.keys(decoded.tensors))).toEqual(new Set(Object.keys(written)));
        for (const [key, { dtype, shape, data }] of Object.entries(written)) {
          const read = decoded.tensors[key];
          expect({ dtype: read.dtype, shape: read.shape }).toEqual({ dtype, shape });
          expect(read.data.constructor).toBe(data.constructor);
          expect(bytesOf(read)).toEqual(bytesOf({ dtype, shape, data } as Safetensor));
        }
        expect(Object.entries(decoded.metadata).sort()).toEqual(Object.entries(texts).sort());
      }),
      { numRuns: 300 },
    );
  });

  it('give the same bytes whatever the order of the names', () => {
    fc.assert(
      fc.property(file, metadata, (written, texts) => {
        const turned = Object.fromEntries(Object.entries(written).reverse());
        const turnedTexts = Object.fromEntries(Object.entries(texts).reverse());
        expect(encodeSafetensors(turned, turnedTexts)).toEqual(encodeSafetensors(written, texts));
      }),
    );
  });

  it('pad the header to 8 bytes and align every tensor to its width', () => {
    fc.assert(
      fc.property(file, (written) => {
        const bytes = encodeSafetensors(written);
        const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
        expect(length % 8).toBe(0);
        const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))) as Record<
          string,
          { data_offsets: [number, number] }
        >;
        for (const [key, { dtype }] of Object.entries(written)) {
          const [begin] = Object.getOwnPropertyDescriptor(header, key)!.value.data_offsets as [
            number,
            number,
          ];
          expect(begin % arrayTypes[dtype].BYTES_PER_ELEMENT).toBe(0);
        }
      }),
    );
  });

  it('take views into larger buffers, and give copies', () => {
    const large = Float32Array.of(9, 1, 2, 9);
    const bytes = encodeSafetensors({ w: { dtype: 'F32', shape: [2], data: large.subarray(1, 3) } });
    const within = new Uint8Array(bytes.length + 3);
    within.set(bytes, 3);
    const { tensors: read } = decodeSafetensors(within.subarray(3));
    within.fill(0);
    expect(read.w.data).toEqual(Float32Array.of(1, 2));
  });

  it('keep names away from prototypes', () => {
    const { tensors: read, metadata: texts } = decodeSafetensors(
      encodeSafetensors(
        Object.fromEntries([['__proto__', tensors.a]]),
        Object.fromEntries([['__proto__', 'x']]),
      ),
    );
    expect(Object.keys(read)).toEqual(['__proto__']);
    expect(Object.keys(texts)).toEqual(['__proto__']);
    expect('toString' in read).toBe(false);
    expect(({} as Record<string, unknown>).dtype).toBeUndefined();
  });
});

describe('encode refuses', () => {
  it.each<[string, Record<string, unknown>, string]>([
    ['an unknown dtype', { w: { dtype: 'F8', shape: [1], data: Uint8Array.of(1) } }, 'invalid-argument'],
    [
      'an array of another type',
      { w: { dtype: 'F32', shape: [1], data: Float64Array.of(1) } },
      'invalid-argument',
    ],
    ['a plain array', { w: { dtype: 'F32', shape: [1], data: [1] } }, 'invalid-argument'],
    [
      'a shape of another size',
      { w: { dtype: 'F32', shape: [2, 2], data: Float32Array.of(1) } },
      'shape-mismatch',
    ],
    [
      'a negative extent',
      { w: { dtype: 'F32', shape: [-1, -1], data: Float32Array.of(1) } },
      'shape-mismatch',
    ],
    ['the name of the metadata', { __metadata__: tensors.a }, 'invalid-argument'],
  ])('%s', (_, bad, code) => {
    expect(() => encodeSafetensors(bad as Record<string, Safetensor>)).toThrowError(
      expect.objectContaining({ code }),
    );
  });

  it('metadata that is no text', () => {
    expect(() => encodeSafetensors({}, { n: 1 as unknown as string })).toThrowError(
      expect.objectContaining({ code: 'invalid-argument' }),
    );
  });
});

describe('decode refuses', () => {
  const w = (change: object, key = 'w'): string =>
    JSON.stringify({ [key]: { dtype: 'U8', shape: [2], data_offsets: [0, 2], ...change } });
  const two = Uint8Array.of(1, 2);
  it.each<[string, Uint8Array, RegExp]>([
    ['nothing', new Uint8Array(0), /0 bytes/],
    ['half a length', new Uint8Array(7), /7 bytes/],
    ['a header beyond the end', python.slice(0, 100), /ends within its header/],
    ['a length beyond all numbers', new Uint8Array(16).fill(255), /too long/],
    ['a header above 100 MB', Uint8Array.of(1, 0xe1, 0xf5, 5, 0, 0, 0, 0), /too long/],
    ['a missing last byte', python.slice(0, -1), /has 792 bytes, but its header says 793|header says/],
    ['a byte too many', fileOf(w({}), Uint8Array.of(1, 2, 3)), /header says/],
    ['no JSON', fileOf('{"w":'), /no JSON/],
    ['no UTF-8', fileOf(Uint8Array.of(0x7b, 0xff, 0x7d)), /no JSON in UTF-8/],
    ['a byte order mark', fileOf('\ufeff{}'), /no JSON/],
    ['a header that nests without end', fileOf('['.repeat(200_000)), /no JSON/],
    ['a list as header', fileOf('[]'), /no object/],
    ['null as header', fileOf('null'), /no object/],
    ['an unknown dtype', fileOf(w({ dtype: 'F7' }), two), /unknown dtype "F7"/],
    ['a dtype from the prototype', fileOf(w({ dtype: 'constructor' }), two), /unknown dtype/],
    ['no dtype', fileOf(w({ dtype: undefined }), two), /unknown dtype/],
    ['no shape', fileOf(w({ shape: undefined }), two), /shape/],
    ['a negative shape', fileOf(w({ shape: [-2] }), two), /shape \[-2\]/],
    ['a shape of halves', fileOf(w({ shape: [0.5, 4] }), two), /shape/],
    ['a shape that overflows', fileOf(w({ shape: [2 ** 52, 2 ** 52] }), two), /bytes instead of/],
    ['a shape of another size', fileOf(w({ shape: [3] }), two), /2 bytes instead of 3/],
    ['offsets that go backwards', fileOf(w({ data_offsets: [2, 0] }), two), /-2 bytes instead of 2/],
    ['offsets beyond the end', fileOf(w({ data_offsets: [1, 3] }), two), /begins at 1 instead of 0/],
    ['a single offset', fileOf(w({ data_offsets: [0] }), two), /offsets/],
    [
      'offsets that overlap',
      fileOf(`${w({}).slice(0, -1)},${w({ data_offsets: [1, 3] }, 'v').slice(1)}`, Uint8Array.of(1, 2, 3)),
      /begins at 1 instead of 2/,
    ],
    [
      'offsets with a hole',
      fileOf(`${w({}).slice(0, -1)},${w({ data_offsets: [3, 5] }, 'v').slice(1)}`, new Uint8Array(5)),
      /begins at 3 instead of 2/,
    ],
    [
      'the same bytes twice',
      fileOf(`${w({}).slice(0, -1)},${w({}, 'v').slice(1)}`, two),
      /begins at 0 instead of 2/,
    ],
    ['a tensor that is a number', fileOf('{"w":3}'), /'w' is no object/],
    ['metadata that is a text', fileOf('{"__metadata__":"pt"}'), /metadata is no object/],
    ['metadata with a number', fileOf('{"__metadata__":{"n":1}}'), /metadata 'n' is no text/],
  ])('%s', (_, bytes, message) => {
    expect(() => decodeSafetensors(bytes)).toThrowError(
      expect.objectContaining({ code: 'message-corrupt', message: expect.stringMatching(message) }),
    );
  });

  it('with the code and the name that it is given', () => {
    expect(() => decodeSafetensors(two, { code: 'snapshot-corrupt', what: 'Round 3' })).toThrowError(
      expect.objectContaining({ code: 'snapshot-corrupt', message: expect.stringMatching(/^Round 3 is no/) }),
    );
  });

  it('every truncation', () => {
    for (let length = 0; length < python.length; length++) {
      expect(() => decodeSafetensors(python.subarray(0, length))).toThrowError(
        expect.objectContaining({ code: 'message-corrupt' }),
      );
    }
  });

  it('damaged bytes with nothing but its own error', () => {
    const damage = fc.array(fc.tuple(fc.nat(python.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(fc.oneof(damage, fc.uint8Array({ maxLength: 200 })), (change) => {
        const bytes = change instanceof Uint8Array ? change : python.slice();
        if (!(change instanceof Uint8Array)) for (const [at, value] of change) bytes[at] = value;
        try {
          const { tensors: read } = decodeSafetensors(bytes);
          const held = Object.values(read).reduce((sum, { data }) => sum + data.byteLength, 0);
          expect(held).toBeLessThanOrEqual(bytes.length);
        } catch (error) {
          expect(isProtoNormError(error, 'message-corrupt')).toBe(true);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
