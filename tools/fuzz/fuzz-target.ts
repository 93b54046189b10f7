import type { ErrorCode, Rng } from '@protonorm/tensor';

/** Something that takes bytes of strangers. */
export interface FuzzTarget {
  readonly name: string;
  /** Codes of the errors that may come out; anything else is a finding. */
  readonly codes: ReadonlySet<ErrorCode>;
  /** The frames of a case, of this stream alone: equal streams give equal frames. */
  draw(rng: Rng): readonly Uint8Array[];
  /**
   * Takes them as the product does. What comes out beside an error of `codes` is a finding; so is a promise that does not
   * settle.
   */
  take(frames: readonly Uint8Array[]): void | Promise<void>;
}

/** What the frames of the wire and of the strategy's codec may be refused for. */
export const MESSAGE_ERRORS: ReadonlySet<ErrorCode> = new Set([
  'message-corrupt',
  'schema-violation',
  'message-too-large',
]);

/** What was accepted breaks a law: no error of the protocol, and so a finding. */
export class BrokenLaw extends Error {
  override readonly name = 'BrokenLaw';
}
