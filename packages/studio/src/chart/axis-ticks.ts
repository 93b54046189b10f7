/** Whole numbers from..to at a round distance, at most `count` of them, for rounds and counts. */
export function integerTicks(from: number, to: number, count: number): number[] {
  const step = Math.max(1, roundStep((to - from) / Math.max(1, count - 1)));
  const ticks: number[] = [];
  for (let tick = Math.ceil(from / step) * step; tick <= to; tick += step) ticks.push(tick);
  return ticks;
}

/** The next of ..., 1, 2, 5, 10, ... that is not below. */
export function roundStep(least: number): number {
  if (!(least > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 5, 10].map((digit) => digit * power).find((step) => step >= least * (1 - 1e-12))!;
}
