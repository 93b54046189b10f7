/**
 * The logarithmic opinion pool of two predictors: the mean of their log probabilities.
 *
 * Genest and Zidek, "Combining probability distributions", 1986, with equal weights. A class that one of them rules out
 * (-Infinity) stays ruled out.
 *
 * @param logits - shape [n, C]
 * @param scores - unnormalised log probabilities, shape [n, C]
 * @returns shape [n, C]
 */
export function pooledScores(logits: Float32Array, scores: Float64Array, classes: number): Float64Array {
  const pooled = new Float64Array(scores.length);
  for (let start = 0; start < scores.length; start += classes) {
    const shift = 0.5 * (logNormaliser(logits, start, classes) + logNormaliser(scores, start, classes));
    for (let k = start; k < start + classes; k++) pooled[k] = 0.5 * (logits[k] + scores[k]) - shift;
  }
  return pooled;
}

function logNormaliser(values: Float32Array | Float64Array, start: number, classes: number): number {
  let most = -Infinity;
  for (let k = start; k < start + classes; k++) most = Math.max(most, values[k]);
  let sum = 0;
  for (let k = start; k < start + classes; k++) sum += Math.exp(values[k] - most);
  return most + Math.log(sum);
}
