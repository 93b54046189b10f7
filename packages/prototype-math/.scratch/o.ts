import { align, alignPlainly } from '@protonorm/prototype-math';
import { gaussianTable, reluTable, maxDifference } from '../src/test-data/tables.ts';
for (const make of [gaussianTable, reluTable])
  for (const [C, d] of [
    [21, 2],
    [21, 3],
    [40, 3],
    [40, 4],
    [30, 6],
    [40, 10],
    [40, 24],
    [8, 2],
    [12, 2],
  ]) {
    let w = 0,
      wf = 0,
      ps = 0;
    for (let s = 0; s < 40; s++) {
      const t = make(s, C, d);
      const a = align(t, { iterations: 40 }),
        b = alignPlainly(t, { iterations: 40 });
      w = Math.max(w, maxDifference(a.prototypes.vectors, b.vectors));
      if (a.passes !== b.meanForce.length) ps++;
      else wf = Math.max(wf, maxDifference(a.meanForce, b.meanForce));
    }
    console.log(make.name, C, d, w, wf, ps);
  }
