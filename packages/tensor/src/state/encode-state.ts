import { ProtoNormError } from '../errors/protonorm-error.ts';
import { encodeSafetensors, type EncodeOptions, type Safetensor } from '../safetensors/index.ts';
import { dtypeOfArray, MAX_DEPTH, SKELETON_KEY, STATE_FORMAT, type StateNode } from './state-node.ts';
import type { StateArray, StateTree } from './state-tree.ts';

/**
 * Writes a state as bytes: equal trees give equal bytes, and `decodeState` gives back every bit, -0 and NaN included.
 *
 * The bytes are a safetensors file: arrays are tensors named by their path (`$/clients/3/vectors`, a JSON pointer behind
 * `$`), everything else is JSON in its metadata. The order of the keys of an object is kept: iterating over a restored
 * state does the same as before.
 *
 * @param tree - plain data only; arrays that occur twice are written twice
 * @param options - `allocate`: gives the array for so many bytes; a fresh one when left out
 * @throws `invalid-argument` with the path for `undefined`, functions, symbols, bigints, class instances (also `Map`,
 *   `Date`, `Buffer`), the key `__proto__`, and for trees deeper than 100 levels (which circular ones are)
 * @example
 * ```ts
 * import { decodeState, encodeState } from '@protonorm/tensor';
 * const bytes = encodeState({ round: 3, velocity: Float32Array.of(0.5, -0) });
 * decodeState(bytes); // => { round: 3, velocity: Float32Array.of(0.5, -0) }
 * ```
 */
export function encodeState(tree: StateTree, options: EncodeOptions = {}): Uint8Array<ArrayBuffer> {
  const tensors = Object.create(null) as Record<string, Safetensor>;
  const skeleton = nodeOf(tree, '$', { tensors, depth: 0 });
  const metadata = { format: STATE_FORMAT, [SKELETON_KEY]: JSON.stringify(skeleton) };
  return encodeSafetensors(tensors, metadata, options);
}

function nodeOf(
  value: unknown,
  path: string,
  { tensors, depth }: { readonly tensors: Record<string, Safetensor>; readonly depth: number },
): StateNode {
  if (depth > MAX_DEPTH)
    refuse(path, `lies deeper than ${MAX_DEPTH} levels, or the state is circular`, depth);
  const inner = { tensors, depth: depth + 1 };
  switch (typeof value) {
    case 'boolean':
    case 'string':
      return value;
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0)
        ? value
        : { number: Object.is(value, -0) ? '-0' : String(value) };
    case 'object':
      break;
    default:
      refuse(path, `is ${value === undefined ? 'undefined' : `a ${typeof value}`}`, value);
  }
  if (value === null) return null;
  if (Array.isArray(value)) return Array.from(value, (item, i) => nodeOf(item, `${path}/${i}`, inner));
  if (ArrayBuffer.isView(value)) {
    const dtype = dtypeOfArray(value);
    if (dtype === undefined) return refuse(path, `is a ${value.constructor.name}`, value);
    const data = value as StateArray;
    tensors[path] = { dtype, shape: [data.length], data } as Safetensor;
    return { array: path };
  }
  const prototype = Object.getPrototypeOf(value) as object | null;
  // Plain objects of any realm: what their prototype descends from is null.
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
    refuse(path, `is a ${prototype.constructor?.name ?? 'class instance'}`, value);
  }
  if (Object.getOwnPropertySymbols(value).length > 0) refuse(path, 'has symbols as keys', value);
  const members = Object.entries(value).map(([key, member]): [string, StateNode] => {
    const memberPath = `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (key === '__proto__') refuse(memberPath, 'would replace a prototype', key);
    return [key, nodeOf(member, memberPath, inner)];
  });
  return { object: members };
}

function refuse(path: string, why: string, received: unknown): never {
  throw new ProtoNormError('invalid-argument', `A state cannot hold '${path}', which ${why}.`, {
    received,
    hint: 'Keep null, booleans, numbers, texts, typed arrays, lists and plain objects of these.',
  });
}
