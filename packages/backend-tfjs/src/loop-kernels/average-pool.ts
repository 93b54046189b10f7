/** y [B, C] = mean of x [B, cells, C] over the cells. */
export function averageCells(y: Float32Array, x: Float32Array, cells: number, channels: number): void {
  const sum = new Float64Array(channels);
  for (let b = 0; b < y.length / channels; b++) {
    sum.fill(0);
    for (let cell = 0; cell < cells; cell++) {
      const at = (b * cells + cell) * channels;
      for (let c = 0; c < channels; c++) sum[c] += x[at + c];
    }
    for (let c = 0; c < channels; c++) y[b * channels + c] = sum[c] / cells;
  }
}

/** The gradient of {@link averageCells}: dx [B, cells, C] from dy [B, C]. */
export function averageCellsGradient(
  dx: Float32Array,
  dy: Float32Array,
  cells: number,
  channels: number,
): void {
  for (let b = 0; b < dy.length / channels; b++) {
    for (let cell = 0; cell < cells; cell++) {
      const at = (b * cells + cell) * channels;
      for (let c = 0; c < channels; c++) dx[at + c] = dy[b * channels + c] / cells;
    }
  }
}

/**
 * The window of output j of adaptive average pooling from `inputs` to `outputs` numbers, as in PyTorch: inputs
 * floor(j a / b) .. ceil((j + 1) a / b) - 1, so that windows overlap when b does not divide a, and repeat when b > a.
 */
export function adaptiveWindow(j: number, inputs: number, outputs: number): [start: number, end: number] {
  return [Math.floor((j * inputs) / outputs), Math.ceil(((j + 1) * inputs) / outputs)];
}

/** y [B, outputs] from x [B, inputs]. */
export function adaptiveAverage(y: Float32Array, x: Float32Array, inputs: number, outputs: number): void {
  for (let j = 0; j < outputs; j++) {
    const [start, end] = adaptiveWindow(j, inputs, outputs);
    for (let b = 0; b < y.length / outputs; b++) {
      let sum = 0;
      for (let i = start; i < end; i++) sum += x[b * inputs + i];
      y[b * outputs + j] = sum / (end - start);
    }
  }
}

/** The gradient of {@link adaptiveAverage}: dx [B, inputs] from dy [B, outputs]. */
export function adaptiveAverageGradient(
  dx: Float32Array,
  dy: Float32Array,
  inputs: number,
  outputs: number,
): void {
  dx.fill(0);
  for (let j = 0; j < outputs; j++) {
    const [start, end] = adaptiveWindow(j, inputs, outputs);
    for (let b = 0; b < dy.length / outputs; b++) {
      const share = dy[b * outputs + j] / (end - start);
      for (let i = start; i < end; i++) dx[b * inputs + i] += share;
    }
  }
}
