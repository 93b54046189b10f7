import {
  align,
  alignAroundMean,
  geometry,
  normalise,
  type AlignOptions,
  type AroundMeanResult,
  type Geometry,
} from '@protonorm/prototype-math';
import { rowOfClass, rowVector, type Prototypes, type Rng } from '@protonorm/tensor';
import type { HyperValues } from '@protonorm/strategy';
import { withoutZeroRows } from '../building-blocks/without-zero-rows.ts';
import type { protoNormHyper } from './hyperparameters.ts';

/** The values of ProtoNorm's hyperparameters. */
export type ProtoNormValues = HyperValues<ReturnType<typeof protoNormHyper>>;

/** What the prototypes of a round become. */
export interface Targets {
  /** What goes down: unit prototypes around the origin, or the targets themselves around the mean. */
  readonly prototypes: Prototypes;
  /** Of the targets as seen from the centre they are aligned around; undefined when they are those of an earlier round. */
  readonly geometry: Geometry | undefined;
}

/**
 * Aligns the prototypes of a round, if they are to be aligned anew.
 *
 * @param aggregated - means by class, shape [C, d]
 * @param context.previous - targets of the round before, null at first
 * @param context.radius - norm of the targets around the mean by adaptive upscaling; undefined = a multiple of their own
 */
export function targetsOf(
  aggregated: Prototypes,
  hyper: ProtoNormValues,
  context: {
    readonly previous: Prototypes | null;
    readonly radius: number | undefined;
    readonly round: number;
    readonly rng: Rng;
    readonly signal: AbortSignal;
  },
): Targets {
  const { previous, radius, round, rng, signal } = context;
  const { around, pa } = hyper;
  if (previous !== null && hyper.fixedAfter > 0 && round >= hyper.fixedAfter && covers(previous, aggregated))
    return { prototypes: previous, geometry: undefined };
  const scale = hyper.pu ? hyper.scale : 1;
  const from = blended(aggregated, previous, {
    inertia: hyper.inertia,
    around,
    // What goes into the alignment has not been upscaled, or inertia would upscale the same targets in every round.
    upscaledBy: radius === undefined ? scale : 1,
  });
  if (!pa) {
    const prototypes = around === 'origin' ? normalise(withoutZeroRows(from)) : scaledAroundMean(from, scale);
    return { prototypes, geometry: geometry(around === 'origin' ? prototypes : centred(from)) };
  }
  // A client of dead ReLUs must not stop the federation; the released code turns all into NaN.
  const options: AlignOptions = { ...methodOptions(hyper), fill: 'seeded', rng, signal };
  if (around === 'origin') return align(from, options);
  const plain = alignAroundMean(from, options);
  const { geometry: aligned } = plain.alignment;
  return {
    prototypes: radius === undefined ? scaledAroundMean(plain.prototypes, scale) : withRadius(plain, radius),
    geometry: aligned,
  };
}

function methodOptions({
  method,
  iterations,
  learningRate,
  momentum,
  earlyStop,
}: ProtoNormValues): AlignOptions {
  if (method !== 'reference') return { method };
  return { method, iterations, learningRate, momentum, earlyStop: earlyStop === 0 ? false : earlyStop };
}

/** The prototypes, drawn towards the targets of the round before. */
function blended(
  aggregated: Prototypes,
  previous: Prototypes | null,
  {
    inertia,
    around,
    upscaledBy,
  }: Pick<ProtoNormValues, 'inertia' | 'around'> & { readonly upscaledBy: number },
): Prototypes {
  if (inertia === 0 || previous === null) return aggregated;
  const current = around === 'origin' ? normalise(withoutZeroRows(aggregated)) : aggregated;
  const targets = around === 'origin' ? previous : scaledAroundMean(previous, 1 / upscaledBy);
  const vectors = current.vectors.slice();
  current.classes.forEach((label, row) => {
    const old = rowOfClass(targets, label);
    if (old < 0) return;
    const target = rowVector(targets, old);
    for (let j = 0; j < current.dim; j++) {
      const at = row * current.dim + j;
      vectors[at] = (1 - inertia) * vectors[at] + inertia * target[j];
    }
  });
  return { ...current, vectors };
}

function covers(targets: Prototypes, { classes }: Prototypes): boolean {
  return classes.every((label) => rowOfClass(targets, label) >= 0);
}

/**
 * Aligned targets at a radius, or at that of least movement where it is larger. One class has no direction from its mean.
 */
function withRadius(
  { prototypes, mean, alignment, leastMovementRadius }: AroundMeanResult,
  radius: number,
): Prototypes {
  if (prototypes.classes.length === 1 || radius <= leastMovementRadius) return prototypes;
  const { vectors } = alignment.prototypes;
  return { ...prototypes, vectors: vectors.map((u, i) => mean[i % prototypes.dim] + radius * u) };
}

/** m + scale * (p_c - m), with the mean m of the rows. */
function scaledAroundMean(prototypes: Prototypes, scale: number): Prototypes {
  if (scale === 1) return prototypes;
  const { dim, vectors } = prototypes;
  const mean = meanOf(prototypes);
  return { ...prototypes, vectors: vectors.map((x, i) => mean[i % dim] + scale * (x - mean[i % dim])) };
}

function centred(prototypes: Prototypes): Prototypes {
  const mean = meanOf(prototypes);
  return { ...prototypes, vectors: prototypes.vectors.map((x, i) => x - mean[i % prototypes.dim]) };
}

function meanOf({ dim, classes, vectors }: Prototypes): Float64Array {
  const mean = new Float64Array(dim);
  for (let i = 0; i < vectors.length; i++) mean[i % dim] += vectors[i] / classes.length;
  return mean;
}
