import { align, classMeans, prototypeScores } from '@protonorm/prototype-math';
import { choice, defineStrategy, flag, number, integer, reduce, t, trainLocally } from '@protonorm/strategy';
import type { Prototypes } from '@protonorm/tensor';
import { rowOfClass, rowVector } from '@protonorm/tensor';
import { keepAbsentClasses, trainAndCollect } from '@protonorm/strategies';

export default defineStrategy({
  id: 'exp', version: 1, summary: 'x',
  hyper: {
    lambda: number(10, { description: '' }), scale: number(80, { description: '' }),
    target: choice('sphere', ['sphere', 'mean', 'plain'], { description: '' }),
    method: choice('reference', ['reference','simplex'], { description: '' }),
    rule: choice('nearest', ['nearest','prior','own','ownprior','both','logits'], { description: '' }),
    eps: number(0.5, { description: '' }),
    ce: number(1, { description: '' }), temp: number(1, { description: '' }),
    fix: integer(0, { description: '' }),
    source: choice('after-training', ['after-training','before-training','during-training'], { description: '' }),
    sep: flag(false, { description: '' }),
  },
  down: { prototypes: t.prototypes('d') }, up: { prototypes: t.prototypes('d') },
  capabilities: {},
  client: {
    init: () => ({ own: null as Prototypes | null, variance: 1 }),
    async round(ctx) {
      const { down, hyper, federation: { features: d } } = ctx;
      const { prototypes, training } = await trainAndCollect(ctx, { terms: [ { kind: 'crossEntropy', weight: hyper.ce }, ...(down ? [{ kind: 'pull' as const, prototypes: down.prototypes, weight: hyper.lambda }] : [])], source: hyper.source });
      // own means and variance after training
      const means = classMeans(d); const fs: [Float32Array, Int32Array][] = [];
      for (const b of ctx.data.batches({ batchSize: 64 })) { using p = await ctx.learner.forward(b.inputs, { mode: 'eval' }); means.add(p.features, b.labels); fs.push([p.features, b.labels]); }
      const own = means.prototypes(); let v = 0, n = 0, v2 = 0;
      for (const [f, l] of fs) for (let i = 0; i < l.length; i++) { const r = rowVector(own, rowOfClass(own, l[i])); let q = 0; for (let j = 0; j < d; j++) q += (f[i*d+j]-r[j])**2; v += q; v2 += q*q; n++; }
      return { up: prototypes ? { prototypes } : null, state: { own, variance: n > 1 && v2 / n - (v/n)**2 > 0 ? (v / n) / (v2 / n - (v/n)**2) : 1e-3 }, metrics: { loss: training.meanLoss } };
    },
    scores({ down, federation, hyper, state }, { features, logits, size }) {
      const C = federation.classes, d = federation.features;
      if (hyper.rule === 'logits') return logits;
      if (!down) return null;
      const base = down.prototypes;
      if (hyper.rule === 'nearest') return prototypeScores(features, base, C);
      const out = new Float64Array(size * C).fill(-Infinity);
      const own = state.own; let total = 0; if (own) for (const c of own.counts) total += c;
      // total variance is summed over dims: effective: use variance/dof
      const s2 = 8 / (state.variance * hyper.temp);
      for (let i = 0; i < size; i++) {
        let mx = -Infinity; 
        for (let c = 0; c < C; c++) {
          const ro = own ? rowOfClass(own, c) : -1; const rg = rowOfClass(base, c);
          const useOwn = hyper.rule.startsWith('own') || hyper.rule === 'both';
          const row = useOwn && ro >= 0 ? rowVector(own!, ro) : rg >= 0 ? rowVector(base, rg) : null;
          if (!row) continue;
          let q = 0; for (let j = 0; j < d; j++) q += (features[i*d+j]-row[j])**2;
          const nc = ro >= 0 ? own!.counts[ro] : 0;
          const prior = hyper.rule === 'prior' || hyper.rule === 'ownprior' || hyper.rule==='both' ? Math.log((nc + hyper.eps) / (total + C * hyper.eps)) : 0;
          out[i*C+c] = -q / s2 * 8 + prior; mx = Math.max(mx, out[i*C+c]);
        }
        if (hyper.rule === 'both') {
          let se = 0; for (let c = 0; c < C; c++) se += Math.exp(out[i*C+c]-mx); const lse = mx + Math.log(se);
          let m2 = -Infinity; for (let c = 0; c < C; c++) m2 = Math.max(m2, logits[i*C+c]); let s = 0; for (let c = 0; c < C; c++) s += Math.exp(logits[i*C+c]-m2); const l2 = m2 + Math.log(s);
          for (let c = 0; c < C; c++) out[i*C+c] = Math.exp(out[i*C+c]-lse) + Math.exp(logits[i*C+c]-l2);
        }
      }
      return out;
    },
  },
  server: {
    init: () => ({ state: { previous: null as Prototypes | null, fixed: null as Prototypes | null }, down: undefined }),
    reduce: reduce.meanByClass('prototypes'),
    finish({ reduced, state, hyper, round }) {
      const agg = keepAbsentClasses(reduced, state.previous);
      if (hyper.fix > 0 && round >= hyper.fix && state.fixed && state.fixed.classes.length === agg.classes.length) return { state: { previous: agg, fixed: state.fixed }, down: { prototypes: state.fixed }, report: { prototypes: { aggregated: agg } } };
      const { dim, classes, counts, vectors } = agg; const C = classes.length;
      let out: Prototypes;
      if (hyper.target === 'plain') out = agg;
      else {
        const m = new Float64Array(dim); for (let i = 0; i < C; i++) for (let j = 0; j < dim; j++) m[j] += vectors[i*dim+j] / C;
        const centred = { dim, classes, counts, vectors: Float32Array.from(vectors, (x, k) => hyper.target === 'mean' ? x - m[k % dim] : x) };
        const u = align(centred, { method: hyper.method, fill: 'seeded' }).prototypes;
        let a = 0; for (let k = 0; k < vectors.length; k++) a += u.vectors[k] * centred.vectors[k] / C;
        const s = hyper.target === 'mean' ? hyper.scale * a : hyper.scale;
        out = { dim, classes, counts, vectors: Float32Array.from(u.vectors, (x, k) => (hyper.target === 'mean' ? m[k % dim] : 0) + s * x) };
      }
      return { state: { previous: agg, fixed: out }, down: { prototypes: out }, report: { prototypes: { aggregated: agg } } };
    },
  },
});
