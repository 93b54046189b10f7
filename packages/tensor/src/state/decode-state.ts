import type { ErrorCode } from '../errors/error-codes.ts';
import { ProtoNormError } from '../errors/protonorm-error.ts';
import { decodeSafetensors, type SafetensorFile } from '../safetensors/index.ts';
import { isStateDtype, MAX_DEPTH, SKELETON_KEY, STATE_FORMAT } from './state-node.ts';
import type { StateArray, StateTree } from './state-tree.ts';

const numbers: Readonly<Record<string, number>> = { '-0': -0, NaN, Infinity, '-Infinity': -Infinity };

/**
 * Reads what `encodeState` wrote.
 *
 * @param bytes - the whole file; not kept
 * @param options - `code`: what is thrown for damaged bytes, 'snapshot-corrupt' by default; `what`: what messages call them
 * @returns a tree of plain data that belongs to the caller
 * @throws `snapshot-corrupt`, or the code of the options, for anything that `encodeState` would not have written
 */
export function decodeState(
  bytes: Uint8Array,
  {
    code = 'snapshot-corrupt',
    what = 'The state',
  }: { readonly code?: ErrorCode; readonly what?: string } = {},
): StateTree {
  const { tensors, metadata } = decodeSafetensors(bytes, { code, what });
  const fail = (why: string, received?: unknown): never => {
    throw new ProtoNormError(code, `${what} is malformed: ${why}.`, { received });
  };
  if (metadata.format !== STATE_FORMAT) fail(`its format is '${metadata.format}', not '${STATE_FORMAT}'`);
  let skeleton: unknown;
  try {
    skeleton = JSON.parse(metadata[SKELETON_KEY]);
  } catch (cause) {
    fail(`its skeleton is no JSON (${(cause as Error).message})`);
  }
  const unused = new Set(Object.keys(tensors));
  const tree = treeOf(skeleton, 0, { tensors, unused, fail });
  if (unused.size > 0) fail(`nothing refers to '${[...unused][0]}'`);
  return tree;
}

interface Context {
  readonly tensors: SafetensorFile['tensors'];
  readonly unused: Set<string>;
  readonly fail: (why: string, received?: unknown) => never;
}

function treeOf(node: unknown, depth: number, context: Context): StateTree {
  const { tensors, unused, fail } = context;
  if (depth > MAX_DEPTH) fail(`it is deeper than ${MAX_DEPTH} levels`);
  if (node === null || typeof node === 'boolean' || typeof node === 'string') return node;
  if (typeof node === 'number') return node;
  if (Array.isArray(node)) return node.map((item) => treeOf(item, depth + 1, context));
  const entries = Object.entries(node as object);
  if (entries.length !== 1) fail(`an entry has ${entries.length} kinds instead of one`, node);
  const [kind, value] = entries[0] as [string, unknown];
  switch (kind) {
    case 'number':
      return Object.hasOwn(numbers, value as string)
        ? numbers[value as string]
        : fail(`'${value}' is no number`);
    case 'array': {
      const name = String(value);
      if (!unused.delete(name)) fail(`the array '${name}' is missing, or used twice`, name);
      const { dtype, shape, data } = tensors[name];
      if (!isStateDtype(dtype) || shape.length !== 1)
        fail(`the array '${name}' is ${dtype} [${shape.join(', ')}]`);
      return data as StateArray;
    }
    case 'object': {
      const pairs = Array.isArray(value) ? value : fail('an object has no list of members', value);
      const keys = new Set<string>();
      return Object.fromEntries(
        pairs.map((pair: unknown) => {
          if (!(Array.isArray(pair) && pair.length === 2 && typeof pair[0] === 'string')) {
            return fail('a member is no pair of key and value', pair);
          }
          const [key, member] = pair as [string, unknown];
          if (key === '__proto__' || keys.has(key)) fail(`the key '${key}' is not allowed here`, key);
          keys.add(key);
          return [key, treeOf(member, depth + 1, context)];
        }),
      );
    }
    default:
      return fail(`'${kind}' is no kind of entry`, kind);
  }
}
