import { bytes } from './bytes/experiment.ts';
import { classNumbers } from './class-numbers/experiment.ts';
import { clients } from './clients/experiment.ts';
import type { Experiment } from './experiment.ts';
import { extremeHeterogeneity } from './extreme-heterogeneity/experiment.ts';
import { heterogeneousCifar } from './heterogeneous-cifar/experiment.ts';
import { nonVision } from './non-vision/experiment.ts';
import { paSensitivity } from './pa-sensitivity/experiment.ts';
import { protonorm } from './protonorm/experiment.ts';

/** Every experiment, in the order of the list. */
export const allExperiments: readonly Experiment[] = [
  protonorm,
  heterogeneousCifar,
  paSensitivity,
  classNumbers,
  clients,
  nonVision,
  extremeHeterogeneity,
  bytes,
];
