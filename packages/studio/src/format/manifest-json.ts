const INLINE = 76;
const MOST_ITEMS = 40;
const MOST_CHARACTERS = 20_000;

/**
 * A value as JSON for reading: short lists on one line, long ones cut with the number of items left out, keys as given.
 * What JSON cannot hold is shown as text.
 */
export function readableJson(value: unknown): string {
  const text = write(value, '', new Set());
  return text.length <= MOST_CHARACTERS
    ? text
    : `${text.slice(0, MOST_CHARACTERS)}\n… ${text.length - MOST_CHARACTERS} more characters`;
}

function write(value: unknown, indent: string, above: ReadonlySet<unknown>): string {
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    return write(Array.from(value as unknown as Iterable<unknown>), indent, above);
  }
  if (typeof value !== 'object' || value === null) {
    return (typeof value === 'bigint' ? undefined : JSON.stringify(value)) ?? JSON.stringify(String(value));
  }
  if (above.has(value)) return '"(circular)"';
  const inside = new Set([...above, value]);
  const deeper = `${indent}  `;
  const isList = Array.isArray(value);
  const [open, close] = isList ? ['[', ']'] : ['{', '}'];
  const entries = isList
    ? value.slice(0, MOST_ITEMS).map((item: unknown) => write(item, deeper, inside))
    : Object.entries(value)
        .filter(([, item]) => item !== undefined)
        .map(([key, item]) => `${JSON.stringify(key)}: ${write(item, deeper, inside)}`);
  if (isList && value.length > MOST_ITEMS) entries.push(`… ${value.length - MOST_ITEMS} more`);
  const line = `${open}${isList ? '' : ' '}${entries.join(', ')}${isList ? '' : ' '}${close}`;
  if (entries.length === 0) return open + close;
  if (line.length <= INLINE && !line.includes('\n')) return line;
  return `${open}\n${entries.map((entry) => deeper + entry).join(',\n')}\n${indent}${close}`;
}
