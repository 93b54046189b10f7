import { ProtoNormError } from '@protonorm/tensor';

/** Recorded sound. */
export interface Wav {
  /** Samples in a second. */
  readonly sampleRate: number;
  /** In [-1, 1): 16-bit integers divided by 32768. */
  readonly samples: Float32Array;
}

/**
 * Reads a WAV file of 16-bit PCM with one channel; other chunks than `fmt ` and `data` are passed over.
 *
 * Source: Microsoft, "Multimedia Programming Interface and Data Specifications 1.0" (1991), chapter 3.
 *
 * @param bytes - the file
 * @param name - what messages call it
 * @throws `data-corrupt` for another format or a truncated file
 */
export function parseWav(bytes: Uint8Array, name = 'the WAV file'): Wav {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tag = (at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4));
  if (bytes.length < 12 || tag(0) !== 'RIFF' || tag(8) !== 'WAVE') {
    throw new ProtoNormError('data-corrupt', `${name} is no WAV file.`, { received: bytes.length });
  }
  let sampleRate: number | undefined;
  for (let at = 12; at + 8 <= bytes.length;) {
    const [kind, size, start] = [tag(at), view.getUint32(at + 4, true), at + 8];
    if (start + size > bytes.length) break;
    if (kind === 'fmt ' && size >= 16) {
      const format = [
        view.getUint16(start, true),
        view.getUint16(start + 2, true),
        view.getUint16(start + 14, true),
      ];
      if (format.join() !== '1,1,16') {
        throw new ProtoNormError(
          'data-corrupt',
          `${name} has the format ${format[0]} with ${format[1]} channels of ${format[2]} bits.`,
          { received: format, expected: [1, 1, 16], hint: 'It must be PCM (1) with one channel of 16 bits.' },
        );
      }
      sampleRate = view.getUint32(start + 4, true);
    }
    if (kind === 'data' && sampleRate !== undefined) {
      const samples = Float32Array.from(
        { length: size >> 1 },
        (_, i) => view.getInt16(start + 2 * i, true) / 32768,
      );
      return { sampleRate, samples };
    }
    at = start + size + (size & 1);
  }
  throw new ProtoNormError('data-corrupt', `${name} ends before its samples.`, {
    received: bytes.length,
    hint: 'It is truncated or damaged: get it again.',
  });
}
