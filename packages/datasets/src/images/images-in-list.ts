import { ProtoNormError } from '@protonorm/tensor';

import { csvRows } from '../tables/csv-rows.ts';
import type { TextFile } from '../text/text-file.ts';
import { commonFolder, imageNames, partOf, type ImageFiles } from './image-files.ts';
import type { ListedImage } from './image-list.ts';

/**
 * Lists images from comma-separated values with the columns `file`, `label` and, if there are parts, `split` (train, val,
 * valid, validation or test). Other columns, and images without a row, are passed over.
 *
 * @param list - a `file` is the name of an image, or the name in the folder that all images lie in
 * @returns in the order of the rows
 * @throws `data-corrupt` with list and line for a missing column or cell, an unknown part or a file that occurs twice;
 *   `data-not-found` for a file that is not there
 */
export function imagesInList(files: ImageFiles, list: TextFile): ListedImage[] {
  const names = new Set(imageNames(files));
  const folder = names.size === 0 ? '' : commonFolder([...names]);
  const corrupt = (line: number, problem: string, received: unknown): never => {
    throw new ProtoNormError('data-corrupt', `Line ${line} of ${list.name} ${problem}.`, {
      received,
      expected: ['file', 'label', 'split'],
      hint: 'It must be comma-separated values with the columns file and label, and split if there are parts.',
    });
  };
  const images: ListedImage[] = [];
  const seen = new Set<string>();
  let columns: Map<string, number> | undefined;
  for (const { line, cells } of csvRows(list.text, ',')) {
    if (cells === undefined)
      return corrupt(line, 'has a quote that is not closed or not at the end of a cell', cells);
    if (columns === undefined) {
      columns = new Map(cells.map((cell, i) => [cell, i]));
      for (const column of ['file', 'label']) {
        if (!columns.has(column)) corrupt(line, `has no column ${column}`, cells);
      }
      continue;
    }
    const cell = (column: string): string | undefined => {
      const at = columns!.get(column);
      return at === undefined ? undefined : (cells[at] ?? '');
    };
    const file = cell('file')!;
    const label = cell('label')!;
    const split = cell('split');
    const part = split === undefined ? undefined : partOf(split);
    if (file === '' || label === '') corrupt(line, 'has no file or no label', cells);
    if (split !== undefined && part === undefined) corrupt(line, `has the unknown part '${split}'`, split);
    const name = [file, folder + file].find((one) => names.has(one));
    if (name === undefined) {
      throw new ProtoNormError(
        'data-not-found',
        `${files.place} has no image ${file} (line ${line} of ${list.name}).`,
        {
          received: file,
          hint: 'The list belongs to another folder, or the folder is not whole.',
        },
      );
    }
    if (seen.has(name)) corrupt(line, `names ${file} a second time`, file);
    seen.add(name);
    images.push({ name, label, part });
  }
  if (images.length === 0) corrupt(1, 'is followed by no row', list.text.slice(0, 100));
  return images;
}
