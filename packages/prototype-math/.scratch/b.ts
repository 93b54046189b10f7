import { align, createRng } from '@protonorm/prototype-math';
const [C, d, it, rep, method = 'reference'] = process.argv.slice(2);
const n = +C * +d;
const rng = createRng(1);
const v = Float32Array.from({ length: n }, () => rng.normal());
const p = {
  dim: +d,
  classes: Int32Array.from({ length: +C }, (_, i) => i),
  counts: new Float64Array(+C).fill(1),
  vectors: v,
};
for (let q = 0; q < +rep; q++) {
  let first = 0,
    last = 0;
  const t = performance.now();
  const r = align(
    p,
    method === 'reference'
      ? {
          iterations: +it,
          onStep: (s) => {
            last = performance.now();
            if (s.pass === 1) first = last;
          },
        }
      : { method: method as 'simplex' },
  );
  const tot = performance.now() - t;
  console.log(
    C,
    d,
    'total',
    tot.toFixed(2),
    'passes',
    r.passes,
    'per pass',
    ((last - first) / Math.max(1, r.passes - 1)).toFixed(3),
    'setup+1',
    (first - t).toFixed(2),
    'tail',
    (performance.now() - last).toFixed(2),
    r.geometry.maxCosine,
    r.geometry.gap,
  );
}
