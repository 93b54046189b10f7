/** Parameters of the released iteration that are tried. */
export interface Setting {
  readonly learningRate: number;
  readonly passes: number;
  readonly momentum: number;
}

/** What the quick version leaves of the grid. */
const quickGrid = { learningRates: [0.01, 0.1], passes: [10], momenta: [0, 0.9] };

const grid = {
  learningRates: [1e-4, 1e-3, 1e-2, 0.1, 1, 10],
  passes: [10, 50, 100, 500, 2000],
  momenta: [0, 0.5, 0.9, 0.99],
};

/** Every combination, learning rates innermost. */
export function settings({ quick }: { readonly quick: boolean }): readonly Setting[] {
  const { learningRates, passes, momenta } = quick ? quickGrid : grid;
  return momenta.flatMap((momentum) =>
    passes.flatMap((count) =>
      learningRates.map((learningRate) => ({ learningRate, passes: count, momentum })),
    ),
  );
}

/** The setting in the label of a strategy of the recipe, as `rate0.1-passes500-momentum0.9`; undefined = none. */
export function settingOf(label: string): Setting | undefined {
  const found = /^rate([\d.]+)-passes(\d+)-momentum([\d.]+)$/.exec(label);
  if (found === null) return undefined;
  const [learningRate, passes, momentum] = found.slice(1).map(Number);
  return { learningRate, passes, momentum };
}
