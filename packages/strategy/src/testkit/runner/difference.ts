/**
 * Where two values first differ, as text with the path; undefined = they are equal to the bit.
 *
 * Arrays are compared element by element, numbers by `Object.is` (NaN is NaN, -0 is not 0), maps and objects by their keys
 * in any order, everything else (functions, instances of classes) by identity.
 */
export function differenceOf(a: unknown, b: unknown, path = 'value'): string | undefined {
  if (Object.is(a, b)) return undefined;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) {
    return `${path}: ${text(a)} and ${text(b)}`;
  }
  const plain = isPlain(a) && isPlain(b) && Array.isArray(a) === Array.isArray(b);
  if (!plain && Object.getPrototypeOf(a) !== Object.getPrototypeOf(b))
    return `${path}: ${text(a)} and ${text(b)}`;
  if (Array.isArray(a) || ArrayBuffer.isView(a)) {
    const [left, right] = [a as ArrayLike<unknown>, b as ArrayLike<unknown>];
    if (left.length !== right.length) return `${path}.length: ${left.length} and ${right.length}`;
    for (let i = 0; i < left.length; i++) {
      const difference = differenceOf(left[i], right[i], `${path}[${i}]`);
      if (difference !== undefined) return difference;
    }
    return undefined;
  }
  const members = a instanceof Map ? mapMembers : isPlain(a) ? objectMembers : undefined;
  if (members === undefined) return `${path}: two different objects of ${a.constructor.name}`;
  const [left, right] = [members(a), members(b)];
  for (const key of new Set([...left.keys(), ...right.keys()])) {
    const inner = `${path}.${key}`;
    if (!left.has(key) || !right.has(key))
      return `${inner}: only in the ${left.has(key) ? 'first' : 'second'}`;
    const difference = differenceOf(left.get(key), right.get(key), inner);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

/**
 * A deep copy of plain data, typed arrays and maps; functions and instances of classes stay the same objects, so that what
 * should not be in a state can still be compared.
 */
export function copyOf<T>(value: T): T {
  return copy(value) as T;
}

function copy(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copy);
  if (ArrayBuffer.isView(value)) return 'slice' in value ? (value as Float32Array).slice() : value;
  if (value instanceof Map) return new Map([...value].map(([key, member]) => [key, copy(member)]));
  if (!isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, copy(member)]));
}

const mapMembers = (value: unknown): Map<string, unknown> =>
  new Map([...(value as Map<unknown, unknown>)].map(([key, member]) => [String(key), member]));
const objectMembers = (value: unknown): Map<string, unknown> => new Map(Object.entries(value as object));

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null;
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function text(value: unknown): string {
  if (ArrayBuffer.isView(value)) return `${value.constructor.name} of ${(value as Uint8Array).length}`;
  if (typeof value === 'object' && value !== null) return `${value.constructor?.name ?? 'object'}`;
  return Object.is(value, -0) ? '-0' : String(value);
}
