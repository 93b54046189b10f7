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

/** Round numbers of a logarithmic axis: powers of ten, and 2 and 5 between them where there are few. */
export function logTicks(from: number, to: number): number[] {
  const [first, last] = [Math.floor(Math.log10(from)), Math.ceil(Math.log10(to))];
  const digits = Math.log10(to / from) > 2.5 ? [1] : Math.log10(to / from) > 1.2 ? [1, 3] : [1, 2, 5];
  return Array.from({ length: last - first + 1 }, (_, i) => digits.map((digit) => digit * 10 ** (first + i)))
    .flat()
    .filter((tick) => tick >= from && tick <= to);
}
