/** Goal 11: how far the WASM kernels take each method from plain JavaScript. Prints the figures as JSON. */
import { align } from '@protonorm/prototype-math';
import { createWasmLinearAlgebra } from '@protonorm/prototype-math/wasm';
import { inputOf, type InputKind } from './inputs.ts';
import { methodSizes } from './method-sizes.ts';

const linearAlgebra = await createWasmLinearAlgebra();
const differences = methodSizes.map(({ method, classes, dim }) => {
  let most = 0;
  for (const kind of ['gauss', 'relu'] satisfies InputKind[]) {
    const input = inputOf(classes, dim, { kind });
    const plain = align(input, { method }).prototypes.vectors;
    const fast = align(input, { method, linearAlgebra }).prototypes.vectors;
    fast.forEach((x, k) => (most = Math.max(most, Math.abs(x - plain[k]))));
  }
  return { method, most };
});
const note = differences
  .filter(({ most }) => most > 1e-9)
  .map(({ method, most }) => `${method} ${most.toExponential(0)}`);
console.log(
  JSON.stringify({
    on: linearAlgebra.name,
    difference: Math.max(...differences.map(({ most }) => most)),
    note: note.length === 0 ? 'none above 1e-9' : note.join(', '),
  }),
);
