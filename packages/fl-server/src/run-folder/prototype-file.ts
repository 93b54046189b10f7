import {
  checkPrototypes,
  decodeSafetensors,
  encodeSafetensors,
  ProtoNormError,
  type Prototypes,
} from '@protonorm/tensor';

/**
 * Class tables as a safetensors file: `<name>.vectors` [n, d] float32, `<name>.classes` [n] int32 and `<name>.counts` [n]
 * float64, readable by any safetensors library.
 */
export function encodeTables(tables: Readonly<Record<string, Prototypes>>): Uint8Array {
  const tensors: Parameters<typeof encodeSafetensors>[0] = Object.fromEntries(
    Object.entries(tables).flatMap(([name, { dim, classes, counts, vectors }]) => [
      [`${name}.vectors`, { dtype: 'F32' as const, shape: [classes.length, dim], data: vectors }],
      [`${name}.classes`, { dtype: 'I32' as const, shape: [classes.length], data: classes }],
      [`${name}.counts`, { dtype: 'F64' as const, shape: [counts.length], data: counts }],
    ]),
  );
  return encodeSafetensors(tensors);
}

/** @throws `snapshot-corrupt` */
export function decodeTables(bytes: Uint8Array): Record<string, Prototypes> {
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
    throw new ProtoNormError('snapshot-corrupt', 'A file of prototypes cannot be read.', { cause: error });
  }
}
