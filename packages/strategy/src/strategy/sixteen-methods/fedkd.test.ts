import { createRng, evaluateTerm, planModel, type ModelPlan, type ModelSpec, type TermInputs } from '@protonorm/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCodec, defineStrategy, number, reduce, t, type FederationInfo, type MessageValue } from '../../index.ts';
import { testStrategy } from '../../testkit/index.ts';

/*
 * FedKD (docs/adr/0002): a shared small model, a private matrix W between the features, and messages that are lists of
 * singular value decompositions whose ranks nobody knows before.
 */

/** For each array of the model its rank (0 = sent as it is), and its numbers: U | s | V^T, or the array. */
const compressed = { ranks: t.tensor(['arrays'], { type: 'int32' }), arrays: t.list(t.tensor(['?']), { maxItems: 4096 }) };
type Compressed = MessageValue<typeof compressed>;

/** One-sided Jacobi: columns of A are rotated until they are orthogonal. A [m, n] = U diag(s) V^T, s descending. */
function svd(values: Float32Array, [m, n]: readonly [number, number]): { u: number[][]; s: number[]; v: number[][] } {
  const columns = Array.from({ length: n }, (_, j) => Array.from({ length: m }, (__, i) => values[i * n + j]));
  const v = Array.from({ length: n }, (_, j) => Array.from({ length: n }, (__, i) => Number(i === j)));
  const dot = (a: number[], b: number[]): number => a.reduce((sum, x, i) => sum + x * b[i], 0);
  for (let sweep = 0, rotated = true; rotated && sweep < 60; sweep++) {
    rotated = false;
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        const [pp, qq, pq] = [dot(columns[p], columns[p]), dot(columns[q], columns[q]), dot(columns[p], columns[q])];
        if (Math.abs(pq) <= 1e-14 * Math.sqrt(pp * qq) || pq === 0) continue;
        rotated = true;
        const zeta = (qq - pp) / (2 * pq);
        const tangent = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
        const cosine = 1 / Math.sqrt(1 + tangent * tangent);
        for (const pair of [columns, v]) {
          const [a, b] = [pair[p], pair[q]];
          pair[p] = a.map((x, i) => cosine * (x - tangent * b[i]));
          pair[q] = a.map((x, i) => cosine * (tangent * x + b[i]));
        }
      }
    }
  }
  const norms = columns.map((column) => Math.sqrt(dot(column, column)));
  const order = [...norms.keys()].sort((a, b) => norms[b] - norms[a]);
  return {
    s: order.map((j) => norms[j]),
    u: order.map((j) => columns[j].map((x) => (norms[j] === 0 ? 0 : x / norms[j]))),
    v: order.map((j) => v[j]),
  };
}

/** Keeps the first k singular values whose squares sum to more than T of all; sends raw what this would not make smaller. */
function compress(plan: ModelPlan, parameters: Float32Array, energy: number): Compressed {
  const pieces = plan.parameters.map(({ shape, offset, size }): [number, Float32Array] => {
    const raw = parameters.slice(offset, offset + size);
    const [m, n] = [shape[0], size / shape[0]];
    if (shape.length < 2 || m === 1) return [0, raw];
    const { u, s, v } = svd(raw, [m, n]);
    const total = s.reduce((sum, x) => sum + x * x, 0);
    let kept = 0;
    const rank = s.findIndex((x) => (kept += x * x) > energy * total) + 1;
    if (rank === 0 || rank * (m + n + 1) >= size) return [0, raw];
    return [rank, Float32Array.from([u, [s], v].flatMap((part) => part.slice(0, rank).flat()).flat().slice(0))];
  });
  return { ranks: Int32Array.from(pieces, ([rank]) => rank), arrays: pieces.map(([rank, raw], i) => (rank === 0 ? raw : packed(plan, i, { rank, parameters }))) };
}

function packed(plan: ModelPlan, index: number, { rank, parameters }: { rank: number; parameters: Float32Array }): Float32Array {
  const { shape, offset, size } = plan.parameters[index];
  const { u, s, v } = svd(parameters.slice(offset, offset + size), [shape[0], size / shape[0]]);
  return Float32Array.from([...u.slice(0, rank).flat(), ...s.slice(0, rank), ...v.slice(0, rank).flat()]);
}
