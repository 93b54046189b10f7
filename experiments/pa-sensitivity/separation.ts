import { align, geometry, type LinearAlgebra, type Prototypes } from '@protonorm/prototype-math';
import { createWasmLinearAlgebra } from '@protonorm/prototype-math/wasm';
import { settings, type Setting } from './grid.ts';

/** Largest cosines that the alignment reaches from one table. */
export interface Separation {
  readonly classes: number;
  readonly dim: number;
  readonly input: string;
  readonly before: number;
  /** No arrangement has a smaller one. */
  readonly bound: number;
  readonly auto: number;
  /** With the released defaults and their early stop. */
  readonly released: { readonly passes: number; readonly maxCosine: number };
  /** Without the early stop. */
  readonly reference: readonly (Setting & { readonly maxCosine: number })[];
}

/** How far apart the released iteration moves the prototypes of each table with each setting. */
export async function separations(
  tables: readonly { readonly input: string; readonly prototypes: Prototypes }[],
  { quick, say }: { readonly quick: boolean; readonly say: (text: string) => void },
): Promise<readonly Separation[]> {
  const linearAlgebra = await createWasmLinearAlgebra();
  return tables.map(({ input, prototypes }) => {
    const { dim, classes } = prototypes;
    say(`separation of ${classes.length} prototypes in ${dim} dimensions`);
    const released = align(prototypes, { method: 'reference', linearAlgebra });
    const before = geometry(prototypes, { linearAlgebra });
    return {
      classes: classes.length,
      dim,
      input,
      before: rounded(before.maxCosine!),
      bound: rounded(before.bound!.cosine),
      auto: rounded(align(prototypes, { linearAlgebra }).geometry.maxCosine!),
      released: { passes: released.passes, maxCosine: rounded(released.geometry.maxCosine!) },
      reference: settings({ quick }).map((setting) => ({
        ...setting,
        maxCosine: maxCosine(prototypes, setting, linearAlgebra),
      })),
    };
  });
}

function maxCosine(
  prototypes: Prototypes,
  { learningRate, passes, momentum }: Setting,
  linearAlgebra: LinearAlgebra,
): number {
  const options = { learningRate, momentum, iterations: passes, earlyStop: false as const };
  return rounded(align(prototypes, { method: 'reference', linearAlgebra, ...options }).geometry.maxCosine!);
}

function rounded(cosine: number): number {
  return Number(cosine.toFixed(6));
}
