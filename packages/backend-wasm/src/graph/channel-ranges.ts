/** Half-open ranges of channels that have been written. */
export class ChannelRanges {
  #ranges: (readonly [start: number, end: number])[] = [];

  /** What of [start, end) has not been written. */
  missing(start: number, end: number): readonly (readonly [number, number])[] {
    const gaps: [number, number][] = [];
    let at = start;
    for (const [from, to] of [...this.#ranges].sort((a, b) => a[0] - b[0])) {
      if (to <= at || from >= end) continue;
      if (from > at) gaps.push([at, from]);
      at = Math.max(at, to);
    }
    if (at < end) gaps.push([at, end]);
    return gaps;
  }

  add(start: number, end: number): void {
    this.#ranges.push([start, end]);
  }
}
