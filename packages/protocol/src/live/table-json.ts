import type { Prototypes } from '@protonorm/tensor';

/** A class table as JSON: vectors as base64 of float32 in little-endian order. */
export interface TableJson {
  readonly dim: number;
  readonly classes: readonly number[];
  readonly counts: readonly number[];
  readonly vectors: string;
}

const FLOAT = 4;
/** Arguments that a call may have on every engine. */
const MOST_ARGUMENTS = 8192;

/** Every bit of the vectors is kept, those of NaN included: a run that diverges is looked at too. */
export function tableToJson({ dim, classes, counts, vectors }: Prototypes): TableJson {
  const view = new DataView(new ArrayBuffer(vectors.length * FLOAT));
  vectors.forEach((x, i) => view.setFloat32(i * FLOAT, x, true));
  const bytes = new Uint8Array(view.buffer);
  let text = '';
  for (let at = 0; at < bytes.length; at += MOST_ARGUMENTS)
    text += String.fromCharCode(...bytes.subarray(at, at + MOST_ARGUMENTS));
  return { dim, classes: Array.from(classes), counts: Array.from(counts), vectors: btoa(text) };
}

/** The table, or why it is none. */
export function tableFromJson({ dim, classes, counts, vectors }: TableJson): Prototypes | string {
  let text: string;
  try {
    text = atob(vectors);
  } catch {
    return 'vectors that are no base64';
  }
  const expected = classes.length * dim * FLOAT;
  if (text.length !== expected) return `${text.length} bytes of vectors instead of ${expected}`;
  if (counts.length !== classes.length) return `${counts.length} counts for ${classes.length} classes`;
  const view = new DataView(new ArrayBuffer(expected));
  for (let i = 0; i < text.length; i++) view.setUint8(i, text.charCodeAt(i));
  return {
    dim,
    classes: Int32Array.from(classes),
    counts: Float64Array.from(counts),
    vectors: Float32Array.from({ length: classes.length * dim }, (_, i) => view.getFloat32(i * FLOAT, true)),
  };
}
