import type { Block } from '../linear-algebra/block.ts';
import { CandidateLists } from './candidate-lists.ts';
import { codewordNumber, scoreBasis } from './codewords.ts';
import type { LineTemplate } from './line-template.ts';

/** Candidates kept for each row; rows that find all of them taken are decoded once more. */
const CANDIDATES = 8;
/** Rows that are decoded one basis after the other while they lie in the cache. */
const PANEL = 64;

/** How {@link assignCodewords} searches. */
export interface AssignmentSearch {
  /** Bases searched, the first ones of the template; with at least as many codewords as rows. */
  readonly bases: number;
  /** Decides between equal scores: row indices, shape [C]. */
  readonly order: Int32Array;
  /** Looked at for every basis and {@link PANEL} of rows, and for every row that is decoded once more. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Gives each row a codeword of its own with a large inner product, greedily: of all rows and the best candidates of each,
 * the pair with the highest score first.
 *
 * Rows whose candidates have all gone to others follow, the one with the highest own score first, and get the best
 * codeword that is left. At most two decodings of each row: 2 C B d log2 d additions for B bases; memory 20 numbers a row
 * and 3 B d bytes. Same rows in another order get the same codewords when `order` is canonical.
 *
 * @param rows - shape [C, dim]
 * @returns numbers of codewords, all different, shape [C]
 * @throws the signal's reason when aborted
 */
export function assignCodewords(
  rows: Block,
  template: LineTemplate,
  { bases, order, signal }: AssignmentSearch,
): Float64Array {
  const count = rows.rows;
  const chirps = Array.from({ length: bases }, (_, basis) => template.chirp(basis));
  const lists = findCandidates(rows, chirps, { order, signal });
  const assigned = new Float64Array(count).fill(-1);
  const taken = new Uint8Array(2 * template.dim * bases);
  const pairs = Int32Array.from(lists.scores.keys()).sort(
    (a, b) => lists.scores[b] - lists.scores[a] || a - b,
  );
  for (const pair of pairs) {
    const row = order[Math.floor(pair / CANDIDATES)];
    const candidate = lists.candidates[pair];
    if (lists.scores[pair] < 0 || assigned[row] >= 0 || taken[candidate] === 1) continue;
    assigned[row] = candidate;
    taken[candidate] = 1;
  }
  const left = Array.from(order.keys())
    .filter((place) => assigned[order[place]] < 0)
    .sort((i, j) => lists.scores[j * CANDIDATES] - lists.scores[i * CANDIDATES] || i - j);
  for (const place of left) {
    signal?.throwIfAborted();
    const row = order[place];
    assigned[row] = bestFreeCodeword({ ...rows, offset: rows.offset + row * rows.stride }, chirps, taken);
    taken[assigned[row]] = 1;
  }
  return assigned;
}

/** The candidates of all rows, in the given order of the rows. */
function findCandidates(
  { data, offset, stride, rows: count, cols: dim }: Block,
  chirps: readonly (Int8Array | undefined)[],
  { order, signal }: Omit<AssignmentSearch, 'bases'>,
): CandidateLists {
  const lists = new CandidateLists(count, CANDIDATES);
  const scores = new Float64Array(dim);
  for (let from = 0; from < count; from += PANEL) {
    const to = Math.min(count, from + PANEL);
    chirps.forEach((chirp, basis) => {
      signal?.throwIfAborted();
      for (let place = from; place < to; place++) {
        scoreBasis(chirp, { data, offset: offset + order[place] * stride }, scores);
        let threshold = lists.threshold(place);
        for (let shift = 0; shift < dim; shift++) {
          const signed = scores[shift];
          const score = Math.abs(signed); // a comparison of signs would be mispredicted half of the time
          if (score <= threshold) continue;
          const candidate = codewordNumber(dim, { basis, shift, sign: signed < 0 ? -1 : 1 });
          threshold = lists.insert(place, score, candidate);
        }
      }
    });
  }
  return lists;
}

/**
 * The codeword with the largest inner product that is not taken; of several the first.
 *
 * @param taken - 1 for the numbers that are, shape [2 B d]
 */
function bestFreeCodeword(
  vector: Block,
  chirps: readonly (Int8Array | undefined)[],
  taken: Uint8Array,
): number {
  const dim = vector.cols;
  const scores = new Float64Array(dim);
  let best = -1;
  let highest = -Infinity;
  chirps.forEach((chirp, basis) => {
    scoreBasis(chirp, vector, scores);
    for (let shift = 0; shift < dim; shift++) {
      if (Math.abs(scores[shift]) <= highest) continue;
      for (const sign of [1, -1]) {
        const score = sign * scores[shift];
        if (score <= highest) continue;
        const number = codewordNumber(dim, { basis, shift, sign });
        if (taken[number] === 1) continue;
        best = number;
        highest = score;
      }
    }
  });
  return best;
}
