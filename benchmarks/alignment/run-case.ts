import {
  align,
  alignPlainly,
  geometry,
  type AlignmentResult,
  type LinearAlgebra,
  type Prototypes,
} from '@protonorm/prototype-math';
import { createWasmLinearAlgebra } from '@protonorm/prototype-math/wasm';
import type { AlignmentCase } from './alignment-case.ts';
import { inputOf } from './inputs.ts';

/** What is looked at after a call; `alignPlainly` tells neither movement nor identity. */
export type CaseResult = Pick<AlignmentResult, 'passes' | 'geometry' | 'prototypes'> &
  Partial<Pick<AlignmentResult, 'movement' | 'identity'>>;

/** Where a case computes. */
export async function linearAlgebraOf({ wasm = false }: AlignmentCase): Promise<LinearAlgebra | undefined> {
  return wasm ? await createWasmLinearAlgebra() : undefined;
}

/** The inputs of a case in the order of the calls. */
export function inputsOf({ classes, dim, kinds = ['gauss'], seeds = 1 }: AlignmentCase): Prototypes[] {
  return Array.from({ length: seeds }, (_, seed) =>
    kinds.map((kind) => inputOf(classes, dim, { kind, seed })),
  ).flat();
}

/** Aligns one input of a case. */
export function runCase(
  { method, options }: AlignmentCase,
  input: Prototypes,
  by: { readonly linearAlgebra: LinearAlgebra | undefined; readonly onPass?: () => void },
): CaseResult {
  const { linearAlgebra, onPass } = by;
  if (method !== 'plainly') return align(input, { ...options, method, linearAlgebra, onStep: onPass });
  const { vectors, meanForce } = alignPlainly(input, options);
  const prototypes = { ...input, vectors: new Float32Array(vectors) };
  return { passes: meanForce.length, prototypes, geometry: geometry(prototypes) };
}
