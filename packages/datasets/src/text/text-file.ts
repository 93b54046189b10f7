/** A text file that has been read, e.g. the training or the test part of a data set. */
export interface TextFile {
  /** What error messages call it. */
  readonly name: string;
  readonly text: string;
}

/** One text or several files as a list of files. */
export function textFiles(files: string | readonly TextFile[], kind: string): readonly TextFile[] {
  return typeof files === 'string' ? [{ name: `the ${kind}`, text: files }] : files;
}
