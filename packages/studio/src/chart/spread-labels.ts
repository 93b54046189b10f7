/**
 * Moves labels apart, so that neighbours keep `gap` and all stay in `from..to` when they fit.
 *
 * @param positions - wanted places, any order
 * @returns places in the same order, as near to the wanted ones as pushing whole groups allows
 */
export function spreadLabels(
  positions: readonly number[],
  { gap, from, to }: { readonly gap: number; readonly from: number; readonly to: number },
): number[] {
  // Groups of touching labels, each centred on the mean of what its members want (pool adjacent violators).
  interface Group {
    readonly members: readonly number[];
    readonly start: number;
  }
  const place = (members: readonly number[]): Group => {
    const wanted = members.reduce((sum, at, k) => sum + positions[at] - k * gap, 0) / members.length;
    const last = Math.max(from, to - (members.length - 1) * gap);
    return { members, start: Math.min(last, Math.max(from, wanted)) };
  };
  const order = positions.map((_, i) => i).sort((a, b) => positions[a] - positions[b] || a - b);
  const groups: Group[] = [];
  for (const at of order) {
    let group = place([at]);
    let above = groups.at(-1);
    while (above !== undefined && above.start + above.members.length * gap > group.start + 1e-9) {
      groups.pop();
      group = place([...above.members, ...group.members]);
      above = groups.at(-1);
    }
    groups.push(group);
  }
  const places: number[] = new Array<number>(positions.length);
  for (const { members, start } of groups) members.forEach((at, k) => (places[at] = start + k * gap));
  return places;
}
