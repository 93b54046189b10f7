/** A folder or an archive of images and what lies beside them. */
export interface ImageFiles {
  /** What messages call it. */
  readonly place: string;
  /** Names of all files, folders before them, with slashes. */
  readonly names: readonly string[];
  read(name: string): Promise<Uint8Array>;
}

/** Reads a file of UTF-8 text, or undefined when there is none of the name. */
export async function textOf(files: ImageFiles, name: string): Promise<string | undefined> {
  return files.names.includes(name) ? new TextDecoder().decode(await files.read(name)) : undefined;
}

/** Names of the images: .jpg, .jpeg and .png, but nothing hidden (as what macOS puts into archives). */
export function imageNames({ names }: ImageFiles): string[] {
  return names.filter(
    (name) => /\.(?:jpe?g|png)$/i.test(name) && !/(?:^|\/)(?:\.[^/]|__MACOSX\/)/.test(name),
  );
}

/** The folder that all names lie in, with a slash at its end; '' for none. It ends above a part ('train', ...). */
export function commonFolder(names: readonly string[]): string {
  for (let folder = ''; ;) {
    const end = names[0].indexOf('/', folder.length) + 1;
    const longer = names[0].slice(0, end);
    if (end === 0 || partOf(longer.slice(folder.length, -1)) !== undefined) return folder;
    if (!names.every((name) => name.startsWith(longer))) return folder;
    folder = longer;
  }
}

/** A part of a data set of images. */
export type ImagePart = 'train' | 'val' | 'test';

/** The part that a folder or a cell is named after. */
export function partOf(name: string): ImagePart | undefined {
  if (name === 'valid' || name === 'validation') return 'val';
  return name === 'train' || name === 'val' || name === 'test' ? name : undefined;
}
