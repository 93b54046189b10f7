/** Something that tells of a failure before accuracy does: what was seen, and the way out. */
export interface WarningSign<Code extends string = string> {
  readonly code: Code;
  readonly message: string;
}
