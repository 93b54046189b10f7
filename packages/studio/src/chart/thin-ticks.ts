/**
 * Those of the ticks whose texts have room beside each other: the first always, then each that does not touch the one before.
 *
 * @param ticks - ascending
 * @param sizes - where a tick is along the axis and how wide its text is, both in pixels
 */
export function thinTicks(
  ticks: readonly number[],
  sizes: { readonly place: (tick: number) => number; readonly width: (tick: number) => number },
): number[] {
  const { place, width } = sizes;
  const kept: number[] = [];
  for (const tick of ticks) {
    const before = kept.at(-1);
    if (before === undefined || place(tick) - place(before) >= (width(tick) + width(before)) / 2)
      kept.push(tick);
  }
  return kept;
}
