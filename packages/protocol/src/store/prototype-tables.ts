import {
  checkPrototypes,
  decodeSafetensors,
  encodeSafetensors,
  ProtoNormError,
  type Prototypes,
} from '@protonorm/tensor';

/**
 * Class tables as a safetensors file: `<name>.vectors` [n, d] float32, `<name>.classes` [n] int32 and `<name>.counts` [n]
 * float64, readable by any safetensors library. Equal tables give equal bytes.
 *
 * @throws what `checkPrototypes` throws for a table that is none
 * @example
 * ```ts
 * import { decodeTables, encodeTables } from '@protonorm/protocol/store-kit';
 * const means = { dim: 2, classes: Int32Array.of(4), counts: Float64Array.of(9), vectors: Float32Array.of(1, 2) };
 * decodeTables(encodeTables({ means })).means; // => means
 * ```
 */
export function encodeTables(tables: Readonly<Record<string, Prototypes>>): Uint8Array {
  const tensors: Parameters<typeof encodeSafetensors>[0] = Object.fromEntries(
    Object.entries(tables).flatMap(([name, table]) => {
      const { dim, classes, counts, vectors } = checkPrototypes(table, name);
      return [
        [`${name}.vectors`, { dtype: 'F32' as const, shape: [classes.length, dim], data: vectors }],
        [`${name}.classes`, { dtype: 'I32' as const, shape: [classes.length], data: classes }],
        [`${name}.counts`, { dtype: 'F64' as const, shape: [counts.length], data: counts }],
      ];
    }),
  );
  return encodeSafetensors(tensors);
}

/**
 * Reads what {@link encodeTables} wrote.
 *
 * @param options - `what`: what messages call the bytes, such as the path of their file
 * @throws `snapshot-corrupt`
 */
export function decodeTables(
  bytes: Uint8Array,
  { what = 'A file of prototypes' }: { readonly what?: string } = {},
): Record<string, Prototypes> {
  try {
    const { tensors } = decodeSafetensors(bytes);
    const names = Object.keys(tensors).filter((name) => name.endsWith('.vectors'));
    return Object.fromEntries(
      names.map((key) => {
        const name = key.slice(0, -'.vectors'.length);
        const table = {
          dim: tensors[key].shape[1],
          classes: tensors[`${name}.classes`]?.data,
          counts: tensors[`${name}.counts`]?.data,
          vectors: tensors[key].data,
        };
        return [name, checkPrototypes(table as Prototypes, name)];
      }),
    );
  } catch (error) {
    throw new ProtoNormError('snapshot-corrupt', `${what} cannot be read: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
