import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cosineBound } from '@protonorm/prototype-math';
import { apart } from './apart.ts';
import type { SomeFigures } from './figures.ts';
import { inputOf, type InputKind } from './inputs.ts';

/** The released iteration as PyTorch runs it. */
export interface TorchCase {
  readonly classes: number;
  readonly dim: number;
  readonly kind?: InputKind;
  /** Where the released 500 with early stop would take minutes. */
  readonly passes?: number;
  /** Timed calls, behind a short one for the memory. Default 3. */
  readonly calls?: number;
}

/** Measures it with an interpreter that has torch, on the input that our cases of this size get first. */
export function measureTorch(interpreter: string, of: TorchCase): SomeFigures & { readonly on: string } {
  const { classes, dim, kind, passes = 500, calls = 3 } = of;
  const folder = mkdtempSync(join(tmpdir(), 'protonorm-bench-alignment-'));
  try {
    const file = join(folder, 'input.f32');
    writeFileSync(file, inputOf(classes, dim, { kind }).vectors);
    const figures = apart<SomeFigures & { on: string }>(
      'torch_alignment.py',
      { file, classes, dim, passes, calls },
      interpreter,
    );
    return { ...figures, bound: cosineBound(classes, dim).cosine };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
