/** A block of a row-major float64 matrix: element (i, j) lies at `data[offset + i * stride + j]`. */
export interface Block {
  readonly data: Float64Array;
  readonly offset: number;
  readonly stride: number;
  readonly rows: number;
  readonly cols: number;
}

/** A whole row-major matrix as a block. */
export function wholeMatrix(data: Float64Array, rows: number, cols: number): Block {
  return { data, offset: 0, stride: cols, rows, cols };
}

/** Rows from..from+rows of a block, as a view. */
export function rowBlock(block: Block, from: number, rows: number): Block {
  return { ...block, offset: block.offset + from * block.stride, rows };
}
