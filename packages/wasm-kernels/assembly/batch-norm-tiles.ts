// Images are walked in tiles of some rows, in a tile block of channels by block, so that what belongs to the channels
// stays in registers while the numbers stream through the cache once.

/** Pixels of a tile, at least: few, as those of many channels fall on the same sets of the cache. */
export const TILE: i32 = 16;
/** Pixels whose sums stay in registers, at least: sums have three levels, like the first three of pairwise summation. */
export const CHUNK: i32 = 32;
/** Chunks of a tile of the sums. */
export const CHUNKS: i32 = 2;
