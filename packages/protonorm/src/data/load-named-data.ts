import { loadDataset } from '@protonorm/datasets/node';
import { isProtoNormError, ProtoNormError, type Dataset } from '@protonorm/tensor';

/**
 * Loads a data set by its name; where its files are missing, the message says the command that gets them.
 *
 * @throws `unknown-dataset`, `data-not-found`, `data-corrupt`
 */
export async function loadNamedData(
  name: string,
  options: {
    readonly dir?: string | undefined;
    readonly split?: 'train' | 'test' | 'all' | undefined;
    readonly records?: 'official' | 'any' | undefined;
    readonly signal: AbortSignal;
  },
): Promise<Dataset> {
  const { dir, split, records, signal } = options;
  try {
    return await loadDataset(name, {
      signal,
      ...(dir !== undefined && { dir }),
      ...(split !== undefined && { split }),
      ...(records !== undefined && { records }),
    });
  } catch (error) {
    if (!isProtoNormError(error, 'data-not-found')) throw error;
    const { message, hint, received } = error;
    const what =
      dir === undefined
        ? `The files of '${name}' are not bundled, and no folder was given.`
        : message.slice(0, message.length - (hint === undefined ? 0 : hint.length + 1));
    const folder = dir ?? 'DIR';
    throw new ProtoNormError('data-not-found', what, {
      received,
      hint: `Give their folder by --data-dir, or get them: protonorm data ${name} --download --data-dir ${folder}`,
      cause: error,
    });
  }
}
