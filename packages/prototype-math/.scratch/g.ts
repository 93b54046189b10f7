import { align, alignPlainly } from '@protonorm/prototype-math';
import { readFileSync, readdirSync } from 'node:fs';
const dir = '/work/shared/golden/alignment/';
const f32 = (s: string) => {
  const b = Buffer.from(s, 'base64');
  return new Float32Array(b.buffer.slice(b.byteOffset, b.byteOffset + b.length));
};
for (const f of readdirSync(dir)) {
  const j = JSON.parse(readFileSync(dir + f, 'utf8'));
  const p = {
    dim: j.d,
    classes: Int32Array.from({ length: j.C }, (_, i) => i),
    counts: new Float64Array(j.C).fill(1),
    vectors: f32(j.input),
  };
  const diff = (a: any, b: any) => {
    let m = 0;
    for (let i = 0; i < b.length; i++) m = Math.max(m, Math.abs(a[i] - b[i]));
    return m;
  };
  const r = align(p, { ...j.params });
  const pl = alignPlainly(p, j.params);
  console.log(
    f,
    r.passes,
    j.iterations,
    r.stop,
    diff(r.prototypes.vectors, f32(j.result)),
    'mf',
    diff(r.meanForce, j.meanForce),
    r.meanForce.length === j.meanForce.length,
    'plain',
    pl.meanForce.length,
    diff(pl.vectors, r.prototypes.vectors),
  );
  for (const n of [1, 10])
    console.log(
      '  ',
      n,
      diff(
        align(p, { ...j.params, iterations: n, earlyStop: false }).prototypes.vectors,
        f32(j['result_' + n]),
      ),
    );
  const ne = align(p, { ...j.params, earlyStop: false });
  console.log(
    '   noES',
    ne.passes,
    diff(ne.prototypes.vectors, f32(j.result_noEarlyStop)),
    ne.meanForce.at(-1),
    j.meanForceLast_noEarlyStop,
    ne.geometry.maxCosine,
    j.stats.noEarlyStop.maxCos,
    ne.geometry.logEnergy,
    j.stats.noEarlyStop.logEnergy,
    r.geometry.maxCosine,
    j.stats.result.maxCos,
  );
}
const m = JSON.parse(readFileSync('/work/shared/golden/micro.json', 'utf8'));
for (const c of m.cases)
  for (const r of c.rounds) {
    if (r.pa_last_iter === undefined) continue;
    const ks = Object.keys(r.aggregated)
      .map(Number)
      .sort((a, b) => a - b);
    const d = 16;
    const v = new Float32Array(ks.length * d);
    ks.forEach((k, i) => v.set(r.aggregated[k], i * d));
    const p = {
      dim: d,
      classes: Int32Array.from(ks),
      counts: new Float64Array(ks.length).fill(1),
      vectors: v,
    };
    const a = align(p);
    let mx = 0;
    ks.forEach((k, i) => {
      for (let q = 0; q < d; q++)
        mx = Math.max(mx, Math.abs(a.prototypes.vectors[i * d + q] - r.global_protos[k][q]));
    });
    console.log(c.name, r.round, a.passes, r.pa_last_iter, mx);
  }
