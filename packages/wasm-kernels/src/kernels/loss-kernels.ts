/** The terms of the loss: float64 inside, the mean value returned without the weight. */
export interface LossKernels {
  /**
   * Mean over the images of -log softmax(logits)[label].
   *
   * @param logits - [images, classes], as dLogits
   * @param labels - i32, one for each image, in 0..classes-1
   * @returns the value without the weight
   */
  crossEntropy(
    logits: number,
    images: number,
    classes: number,
    labels: number,
    dLogits: number,
    weight: number,
    accumulate: number,
  ): number;
  /**
   * Mean over all numbers of (values - scale * table[row])^2; images without a row (-1) count as 0.
   *
   * @param values - [images, width], as dValues
   * @param rows - i32, one for each image
   * @param table - [rows, width]; scale * table is rounded to float32, as in the reference code
   */
  squaredError(
    values: number,
    images: number,
    width: number,
    rows: number,
    table: number,
    scale: number,
    dValues: number,
    weight: number,
    accumulate: number,
  ): number;
  /**
   * Mean over the images of sum over k of target[k] * -log softmax(logits)[k], target = table[row], or the logits
   * themselves (held fixed) for images without a row (-1).
   *
   * @param logits - [images, classes], as dLogits; table [rows, classes]
   */
  distill(
    logits: number,
    images: number,
    classes: number,
    rows: number,
    table: number,
    dLogits: number,
    weight: number,
    accumulate: number,
  ): number;
  /**
   * Mean over all numbers of p log (p / q), p = softmax(targets), q = softmax(logits).
   *
   * @param logits - [images, classes], as targets and dLogits
   */
  mutual(
    logits: number,
    images: number,
    classes: number,
    targets: number,
    dLogits: number,
    weight: number,
    accumulate: number,
  ): number;
  /**
   * Mean over the images of -log softmax(cos(features, table) / temperature)[row]; an image without a row (-1) and one
   * whose features are 0 count as 0, the cosine with a row of zeros is 0.
   *
   * @param features - [images, dim], as dFeatures; table [count, dim]
   * @param scratch - 16 * count bytes, at a multiple of 4
   */
  contrastive(
    features: number,
    images: number,
    dim: number,
    rows: number,
    table: number,
    count: number,
    temperature: number,
    dFeatures: number,
    weight: number,
    accumulate: number,
    scratch: number,
  ): number;
}
