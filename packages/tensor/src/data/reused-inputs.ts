/** Arrays for the inputs of batches that are not in use, by data set. */
const free = new WeakMap<object, Float32Array[]>();

/** An array for batches of a data set to itself: passes over the same samples may lie within each other. */
export function takeInputs(dataset: object, length: number): Float32Array {
  const arrays = free.get(dataset) ?? [];
  const at = arrays.findIndex((array) => array.length >= length);
  if (at >= 0) return arrays.splice(at, 1)[0];
  arrays.pop(); // too short; a longer one takes its place
  return new Float32Array(length);
}

/** Gives it back; one array is kept for each pass that was open at the same time. */
export function giveInputs(dataset: object, array: Float32Array): void {
  const arrays = free.get(dataset);
  if (arrays === undefined) free.set(dataset, [array]);
  else arrays.push(array);
}
