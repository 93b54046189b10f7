/** Goal 11: a digest of the aligned bytes of one input by each method, in plain JavaScript. Prints them as JSON. */
import { createHash } from 'node:crypto';
import { align } from '@protonorm/prototype-math';
import { inputOf } from './inputs.ts';
import { methodSizes } from './method-sizes.ts';

console.log(
  JSON.stringify(
    methodSizes.map(({ method, classes, dim }) => {
      const { vectors } = align(inputOf(classes, dim), { method }).prototypes;
      return [method, createHash('sha256').update(new Uint8Array(vectors.buffer)).digest('hex')];
    }),
  ),
);
