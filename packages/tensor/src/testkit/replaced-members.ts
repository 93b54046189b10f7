import type { Backend } from '../learner/backend.ts';
import type { ForwardPass, Learner, StepOptions } from '../learner/learner.ts';
import { createOracleBackend } from './oracle/oracle-backend.ts';

type Changed<T> = Partial<{ -readonly [K in keyof T]: T[K] }>;

/** The oracle with some members of its learners replaced. */
export function withLearner(change: (right: Learner, backend: Backend) => Changed<Learner>): () => Backend {
  return () => {
    const backend = createOracleBackend();
    return {
      ...delegateBackend(backend),
      async createLearner(spec, initial) {
        const right = await backend.createLearner(spec, initial);
        return { ...delegateLearner(right), ...change(right, backend) };
      },
    };
  };
}

/** The oracle with some members of its passes replaced. */
export function withPass(
  change: (right: ForwardPass, learner: Learner) => Changed<ForwardPass>,
): () => Backend {
  return withLearner((right) => ({
    async forward(inputs, options) {
      const pass = await right.forward(inputs, options);
      return { ...delegatePass(pass), ...change(pass, right) };
    },
  }));
}

/** The oracle with another optimiser step. */
export function withStep(change: (options: StepOptions, right: Learner) => StepOptions): () => Backend {
  return withLearner((right) => ({ step: (options) => right.step(change(options, right)) }));
}

/** A backend that does what another does. */
export function delegateBackend(right: Backend): Backend {
  return {
    name: 'broken',
    description: right.description,
    createLearner: (spec, initial) => right.createLearner(spec, initial),
    memory: () => right.memory(),
    [Symbol.dispose]: () => right[Symbol.dispose](),
  };
}

/** A learner that does what another does. */
export function delegateLearner(right: Learner): Learner {
  return {
    plan: right.plan,
    forward: (inputs, options) => right.forward(inputs, options),
    gradients: (part) => right.gradients(part),
    clearGradients: () => right.clearGradients(),
    step: (options) => right.step(options),
    resetOptimiser: () => right.resetOptimiser(),
    read: (part, into) => right.read(part, into),
    write: (part, values) => right.write(part, values),
    [Symbol.dispose]: () => right[Symbol.dispose](),
  };
}

/** A pass that does what another does. */
export function delegatePass(right: ForwardPass): ForwardPass {
  return {
    size: right.size,
    features: right.features,
    logits: right.logits,
    backward: (gradients, options) => right.backward(gradients, options),
    [Symbol.dispose]: () => right[Symbol.dispose](),
  };
}
