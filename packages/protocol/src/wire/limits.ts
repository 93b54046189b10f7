/** Smallest frames that a side may ask for, in bytes: rule P9 of SPEC.md. */
export const MIN_FRAME_BYTES = 1024;

/** Most bytes of a frame until `welcome` has been sent: rule H6 of SPEC.md. */
export const HANDSHAKE_FRAME_BYTES = 131_072;

/** Most bytes of a header as JSON. */
export const MAX_HEADER_BYTES = 65_536;

/** The same of `welcome`, whose settings hold the models of a federation. */
export const MAX_WELCOME_HEADER_BYTES = 1_048_576;

/** Deepest nesting of a header: [[1]] is 2 deep. */
export const MAX_HEADER_DEPTH = 32;

/** Fewest bytes that a part carries, but for the last one: each costs a receiver some memory of its own. */
export const MIN_PART_BYTES = 512;

/** Bytes of a part's frame beside those that it carries, at most: prefix, header, zeros, checksum. */
export const PART_OVERHEAD = 160;

/** The longest time that timers of browsers and Node know, in milliseconds. */
export const MAX_TIMER_MS = 2_147_483_647;
