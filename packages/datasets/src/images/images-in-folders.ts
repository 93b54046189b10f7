import { ProtoNormError } from '@protonorm/tensor';

import { commonFolder, imageNames, partOf, textOf, type ImageFiles } from './image-files.ts';
import type { ListedImage } from './image-list.ts';

/**
 * Lists images that lie in a folder for each class, at any depth below it: `<class>/**`, or `<part>/<class>/**` where the
 * outermost folders are named train, val (valid, validation) and test. Folders around all of that are passed through.
 *
 * Labels of a part whose images lie in `images/` come from `<part>_annotations.txt` beside it (name, tab, class, ...), as
 * for val in Tiny ImageNet; without such a file, the images of test are not listed.
 *
 * @returns sorted by part (train, val, test), class and name, each by UTF-16 code units
 * @throws `data-not-found` when there are no images or no folders of classes; `data-corrupt` for an image without a line
 */
export async function imagesInFolders(files: ImageFiles): Promise<ListedImage[]> {
  const names = imageNames(files);
  const root = names.length === 0 ? '' : commonFolder(names);
  const paths = names.map((name) => name.slice(root.length).split('/'));
  const inParts = paths.length > 0 && paths.every(([first], i) => paths[i].length > 1 && partOf(first));
  const images: ListedImage[] = [];
  const annotations = new Map<string, ReadonlyMap<string, string> | undefined>();
  for (const [i, path] of paths.entries()) {
    const name = names[i];
    if (!inParts) {
      if (path.length < 2) throw noClass(files, name);
      images.push({ name, label: path[0] });
      continue;
    }
    const [folder, label, ...rest] = path;
    const part = partOf(folder)!;
    if (rest.length === 0) throw noClass(files, name);
    if (label !== 'images') {
      images.push({ name, label, part });
      continue;
    }
    const list = `${root}${folder}/${folder}_annotations.txt`;
    if (!annotations.has(list)) annotations.set(list, annotated(await textOf(files, list)));
    const labels = annotations.get(list);
    if (labels === undefined) {
      if (part === 'test') continue;
      throw new ProtoNormError('data-not-found', `${files.place} has no ${list}.`, {
        received: name,
        expected: list,
        hint: `It says which class the images of ${folder}/images are of: put it there, or sort them into folders.`,
      });
    }
    const annotation = labels.get(rest.join('/'));
    if (annotation === undefined) {
      throw new ProtoNormError('data-corrupt', `${list} has no line for ${rest.join('/')}.`, {
        received: name,
      });
    }
    images.push({ name, label: annotation, part });
  }
  if (images.length === 0) throw noClass(files, undefined);
  return images.sort(
    (a, b) =>
      partOrder.indexOf(a.part) - partOrder.indexOf(b.part) ||
      byCodeUnits(a.label, b.label) ||
      byCodeUnits(a.name, b.name),
  );
}

const partOrder: readonly (string | undefined)[] = ['train', 'val', 'test'];

function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function annotated(text: string | undefined): ReadonlyMap<string, string> | undefined {
  if (text === undefined) return undefined;
  const lines = text.split(/\r?\n/).filter((line) => line !== '');
  return new Map(lines.map((line) => line.split('\t').slice(0, 2) as [string, string]));
}

function noClass({ place }: ImageFiles, name: string | undefined): ProtoNormError {
  const what = name === undefined ? `has no labelled images .jpg, .jpeg or .png` : `has ${name} in no class`;
  return new ProtoNormError('data-not-found', `${place} ${what}.`, {
    received: name,
    expected: '<class>/<name>.jpg',
    hint: 'Give a folder, or a .tar.gz of it, with a folder of images for each of several classes, or a list of labels.',
  });
}

/**
 * Names of classes from `words.txt` (class, tab, words), as in Tiny ImageNet: the first of the words, or all where two
 * classes share the first. A class without a line keeps its label.
 *
 * @param labels - what the folders are called
 */
export async function namesInWords(files: ImageFiles, labels: readonly string[]): Promise<readonly string[]> {
  const name = files.names.find((file) => /^(?:[^/]+\/)?words\.txt$/.test(file));
  if (name === undefined) return labels;
  const words = annotated(await textOf(files, name))!;
  const all = labels.map((label) => words.get(label) ?? label);
  const first = all.map((text) => text.split(',')[0].trim());
  return first.map((word, i) => (first.indexOf(word) === first.lastIndexOf(word) ? word : all[i]));
}
