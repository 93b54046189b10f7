import type { Measurement } from '../measurement.ts';
import { annealing } from './annealing.ts';
import { closedForms } from './closed-forms.ts';
import { determinism } from './determinism.ts';
import { knownOptima } from './known-optima.ts';
import { manyClasses } from './many-classes.ts';
import { recordedAndInTorch } from './recorded-and-in-torch.ts';
import { releasedTime } from './released-time.ts';
import { robustness } from './robustness.ts';
import { stopping } from './stopping.ts';
import { upscalingWarnings } from './upscaling-warnings.ts';

/** What is measured, in the order of the goals. */
export const allGoals: readonly Measurement[] = [
  ...recordedAndInTorch,
  ...releasedTime,
  ...closedForms,
  ...annealing,
  ...knownOptima,
  ...manyClasses,
  ...robustness,
  ...stopping,
  ...determinism,
  ...upscalingWarnings,
];

/** The numbers of the goals there are. */
export const goalNumbers: readonly number[] = [...new Set(allGoals.map(({ goal }) => goal))];
