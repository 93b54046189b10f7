import { decodeTables, encodeTables } from '@protonorm/fl-server/file-store';
import { decodeSafetensors, ProtoNormError, type Prototypes } from '@protonorm/tensor';
import { tableOfRows, type ClassTable } from './class-table.ts';
import { corrupt } from './corrupt.ts';

const TABLE = /^(.+)\.vectors$/;

/**
 * Reads a table `<name>.vectors`, `<name>.classes`, `<name>.counts` as in run folders, or a tensor of shape [classes, dim]
 * in float32 or float64, whose row i is class i.
 *
 * @param options.table - name of the table or tensor; needed when there are several
 * @throws `data-corrupt`; `invalid-argument` for a name that is not there, or several without a name
 */
export function readSafetensors(
  bytes: Uint8Array,
  path: string,
  { table }: { readonly table?: string | undefined } = {},
): ClassTable & { readonly name: string } {
  const { tensors } = decodeSafetensors(bytes, { code: 'data-corrupt', what: path });
  const tables = Object.keys(tensors).flatMap((name) => TABLE.exec(name)?.[1] ?? []);
  const matrices = Object.keys(tensors).filter((name) => tensors[name].shape.length === 2);
  const names = tables.length > 0 ? tables : matrices;
  if (names.length === 0)
    throw corrupt(path, 'it has no tensor of shape [classes, dim]', Object.keys(tensors));
  const name = table ?? names[0];
  if (!names.includes(name) || (table === undefined && names.length > 1)) {
    const problem = table === undefined ? `has ${names.length} tables` : `has no table '${table}'`;
    throw new ProtoNormError('invalid-argument', `${path} ${problem}.`, {
      received: table,
      expected: names,
      hint: `Choose by --table one of ${names.join(', ')}.`,
    });
  }
  if (tables.length > 0) {
    let prototypes: Prototypes;
    try {
      prototypes = decodeTables(bytes)[name];
    } catch (error) {
      const reason = error instanceof Error && error.cause instanceof Error ? error.cause : (error as Error);
      throw new ProtoNormError('data-corrupt', `${path}: ${reason.message}`, { cause: error });
    }
    if (prototypes.classes.length === 0) throw corrupt(path, `'${name}' has no rows`, 0);
    return { name, prototypes };
  }
  const { dtype, shape, data } = tensors[name];
  if (dtype !== 'F32' && dtype !== 'F64') {
    throw corrupt(path, `'${name}' is of type ${dtype}; float32 or float64 is needed`, dtype);
  }
  const [rows, dim] = shape;
  return { name, ...tableOfRows(path, { rows, dim, values: data as ArrayLike<number> }) };
}

/** Writes the table in the form of run folders. Names of classes have no place in it. */
export function writeSafetensors({ prototypes }: ClassTable, name: string): Uint8Array {
  return encodeTables({ [name]: prototypes });
}
