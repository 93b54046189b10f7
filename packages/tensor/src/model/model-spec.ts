import type { LayerSpec } from './layer-spec.ts';

/**
 * A model as plain data, split at its features: an encoder that ends in `features` numbers and a head that turns them
 * into `classes` logits. It can be sent to a device, hashed, and checked before anything is allocated.
 *
 * Parameters are named and laid out as in PyTorch (`base.conv1.weight` [out, in, kh, kw]), so that weights can be
 * exchanged with it; a backend is free to hold them otherwise.
 */
export interface ModelSpec {
  /** Name for people, such as 'resnet8'. */
  readonly name: string;
  /** Shape of one input: [height, width, channels] or [length]. */
  readonly input: readonly number[];
  /** Feature size d: what the prototypes are made of. */
  readonly features: number;
  /** Number of classes C, the width of the logits. */
  readonly classes: number;
  readonly encoder: readonly LayerSpec[];
  readonly head: readonly LayerSpec[];
}

/**
 * A key that is equal for equal specs: the same layers and shapes, whatever the name and the order of keys.
 *
 * @returns 16 hexadecimal digits (64-bit FNV-1a of the canonical JSON)
 */
export function modelKey(spec: ModelSpec): string {
  const { input, features, classes, encoder, head } = spec;
  const text = canonicalJson({ input, features, classes, encoder, head });
  let hash = 0xcbf29ce484222325n;
  for (let i = 0; i < text.length; i++) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(text.charCodeAt(i))) * 0x100000001b3n);
  }
  return hash.toString(16).padStart(16, '0');
}

/** JSON with sorted keys and without undefined members: equal values have equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}
