import { messageBytes, t } from '@protonorm/strategy';
import { apart } from '../../benchmarks/alignment/apart.ts';
import type { AlignmentCase } from '../../benchmarks/alignment/alignment-case.ts';
import { inputOf } from '../../benchmarks/alignment/inputs.ts';

/** Figures of one alignment. */
export interface Measured {
  /** Processor time of the call. */
  readonly cpuMs: number;
  /** Peak memory beyond the input. */
  readonly extraMB: number;
  /** 0 for a closed form. */
  readonly passes: number;
  readonly maxCosine: number;
  readonly bound: number;
}

/** What the server's step costs with a number of classes. */
export interface ServerCost extends Omit<Measured, 'maxCosine'> {
  readonly classes: number;
  readonly dim: number;
  readonly method: Method;
  /** Null when the iteration was not carried to its end. */
  readonly maxCosine: number | null;
  /** Time and passes are those of all passes, by the time of the few that were made. */
  readonly projected: boolean;
  /** Of a message with the prototypes of all classes. */
  readonly bytes: number;
}

export const methods = ['reference', 'auto', 'template'] as const;
type Method = (typeof methods)[number];

/** Most passes of the released iteration. */
const MOST_PASSES = 500;
/** Classes from which the released iteration is projected: there a pass takes seconds. */
const PROJECTED_FROM = 10_000;
const MADE_PASSES = 2;

/** The cost of the alignment by its method and the numbers of classes and dimensions. */
export function serverCosts({
  quick,
  say,
}: {
  readonly quick: boolean;
  readonly say: (text: string) => void;
}): readonly ServerCost[] {
  const sizes = quick ? [100] : [100, 200, 1000, 10_000];
  const dims = quick ? [64] : [64, 512];
  return dims.flatMap((dim) =>
    sizes.flatMap((classes) =>
      methods.map((method) => {
        say(`alignment by '${method}' at (${classes}, ${dim})`);
        return serverCost({ method, classes, dim });
      }),
    ),
  );
}

function serverCost({ method, classes, dim }: Pick<ServerCost, 'method' | 'classes' | 'dim'>): ServerCost {
  const projected = method === 'reference' && classes >= PROJECTED_FROM;
  const of: AlignmentCase = {
    method,
    classes,
    dim,
    wasm: true,
    ...(projected && { options: { iterations: MADE_PASSES, earlyStop: false } }),
  };
  const script = new URL('measure-alignment.ts', import.meta.url);
  const measured = apart<Measured>(script.href, of);
  const bytes = messageBytes({ prototypes: t.prototypes('d') }, { prototypes: inputOf(classes, dim) });
  const row = { method, classes, dim, bytes, ...measured, projected };
  if (!projected) return row;
  const cpuMs = Math.round((measured.cpuMs / MADE_PASSES) * MOST_PASSES);
  return { ...row, cpuMs, passes: MOST_PASSES, maxCosine: null };
}
