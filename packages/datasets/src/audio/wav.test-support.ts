/** A WAV file with a chunk that readers pass over before its samples. */
export function wavFile(
  samples: readonly number[],
  { sampleRate = 8000, channels = 1, bits = 16 } = {},
): Uint8Array {
  const bytes = new Uint8Array(12 + 24 + 14 + 8 + samples.length * 2);
  const view = new DataView(bytes.buffer);
  const write = (at: number, tag: string, size: number): void => {
    bytes.set(new TextEncoder().encode(tag), at);
    view.setUint32(at + 4, size, true);
  };
  write(0, 'RIFF', bytes.length - 8);
  bytes.set(new TextEncoder().encode('WAVE'), 8);
  write(12, 'fmt ', 16);
  [1, channels].forEach((value, i) => view.setUint16(20 + 2 * i, value, true));
  view.setUint32(24, sampleRate, true);
  view.setUint16(34, bits, true);
  write(36, 'LIST', 5); // An odd size: a byte is added.
  write(50, 'data', samples.length * 2);
  samples.forEach((value, i) => view.setInt16(58 + 2 * i, value, true));
  return bytes;
}
