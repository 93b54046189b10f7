/** What a code of a warning or of an error stands for; docs/failure-signatures.md has the thresholds. */
export interface Signature {
  readonly title: string;
  readonly cause: string;
  readonly remedy: string;
}

const UPSCALING = 'Take a lower scale or lambda, or upscaling: adaptive.';

/** By code. Others are shown with their message alone. */
export const signatures: Readonly<Record<string, Signature>> = {
  'prototype-overlap': {
    title: 'Prototypes overlap',
    cause:
      'Too little alignment: two targets are closer than two thirds of the angle that is possible for so many classes, so these classes are confused.',
    remedy: 'Take more iterations, a larger learningRate, or method: auto.',
  },
  overshoot: {
    title: 'Training overshoots its targets',
    cause:
      'Too aggressive upscaling: the first training with targets drove features away from them, further than a feature of 0 is.',
    remedy: UPSCALING,
  },
  'cross-entropy-jump': {
    title: 'Losses diverge',
    cause:
      'Too aggressive upscaling: the cross entropy has jumped above that of round 1, the pull outweighs what the labels say.',
    remedy: UPSCALING,
  },
  'no-approach': {
    title: 'Features do not reach their targets',
    cause:
      'Too aggressive upscaling: after nine rounds with targets, features still keep most of the distance of a feature of 0.',
    remedy: UPSCALING,
  },
  'not-finite': {
    title: 'Numbers at the server are not finite',
    cause: 'Training has diverged: numbers have left the range of floating point.',
    remedy: `${UPSCALING} Or take a lower learning rate.`,
  },
  diverged: {
    title: 'The run diverged',
    cause: 'The loss of a client is not finite; the run has ended.',
    remedy: `${UPSCALING} Or take a lower learning rate.`,
  },
  'excessive-dimensions': {
    title: 'Rounds are bound by communication',
    cause:
      'Many more dimensions than the classes need: each client sends and receives their bytes in every round.',
    remedy: 'Take the feature size that the message proposes (features).',
  },
  'quorum-not-reached': {
    title: 'Too few devices answered',
    cause: 'Fewer clients answered in the round than the quorum asks for.',
    remedy: 'Wait for devices to connect again, raise the deadline of a round, or lower the quorum.',
  },
};
