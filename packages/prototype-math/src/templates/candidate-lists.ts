/** For each row the candidates with the highest scores so far; of equal scores those offered first. */
export class CandidateLists {
  /** Most candidates of a row. */
  readonly length: number;
  /** Shape [rows, length], each row falling; -1 where a list has an empty place. */
  readonly scores: Float64Array;
  /** Shape [rows, length], numbers of the candidates. */
  readonly candidates: Float64Array;

  constructor(rows: number, length: number) {
    this.length = length;
    this.scores = new Float64Array(rows * length).fill(-1);
    this.candidates = new Float64Array(rows * length);
  }

  /** What a score must exceed to come into the list of a row. */
  threshold(row: number): number {
    return this.scores[(row + 1) * this.length - 1];
  }

  /**
   * Puts a candidate in the place of the last one of a row.
   *
   * @param score - above {@link threshold}
   * @returns the new threshold
   */
  insert(row: number, score: number, candidate: number): number {
    const { scores, candidates, length } = this;
    const first = row * length;
    const last = first + length - 1;
    let at = last;
    for (; at > first && scores[at - 1] < score; at--) {
      scores[at] = scores[at - 1];
      candidates[at] = candidates[at - 1];
    }
    scores[at] = score;
    candidates[at] = candidate;
    return scores[last];
  }
}
