/** Rows and columns of a matrix. */
export type Shape = readonly [rows: number, cols: number];

/** Numbers of a cache line. */
const LINE = 8;

/**
 * The shape of a matrix with room between its rows, so that they do not fall on each other's cache lines: rows a multiple of
 * 512 bytes apart share few of them, and a product that goes down their columns finds little of them there. The first `cols`
 * columns are the matrix.
 */
export function apart([rows, cols]: Shape): Shape {
  return [rows, cols % 64 === 0 ? cols + LINE : cols];
}
