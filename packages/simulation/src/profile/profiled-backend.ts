import type { Backend, ForwardPass, Learner } from '@protonorm/tensor';
import type { Profiler } from './profiler.ts';

/** A backend whose learners are measured; what the backend itself tells of its operations lies within. */
export function profiledBackend(backend: Backend, profiler: Profiler): Backend {
  const losses = new LossTime(profiler);
  return {
    name: backend.name,
    description: backend.description,
    createLearner: (spec, initial) =>
      then(
        profiler.measure('learner made', () => backend.createLearner(spec, initial)),
        (learner) => profiledLearner(learner, { profiler, losses }),
      ),
    memory: () => backend.memory(),
    [Symbol.dispose]: () => backend[Symbol.dispose](),
  };
}

/** Between a forward pass that keeps gradients and the way back the terms of the loss are evaluated. */
class LossTime {
  readonly #profiler: Profiler;
  #since: number | undefined;

  constructor(profiler: Profiler) {
    this.#profiler = profiler;
  }

  begin(): void {
    this.#since = this.#profiler.now();
  }

  end(): void {
    if (this.#since !== undefined) this.#profiler.add('loss terms', this.#profiler.now() - this.#since);
    this.#since = undefined;
  }
}

interface Meters {
  readonly profiler: Profiler;
  readonly losses: LossTime;
}

function profiledLearner(learner: Learner, meters: Meters): Learner {
  const { profiler, losses } = meters;
  return {
    plan: learner.plan,
    forward: (inputs, options) =>
      then(
        profiler.measure('forward', () => learner.forward(inputs, options)),
        (pass) => {
          if (options.gradient === true) losses.begin();
          return options.gradient === true ? profiledPass(pass, meters) : pass;
        },
      ),
    gradients: (part) => profiler.measure('gradients read', () => learner.gradients(part)),
    clearGradients: () => learner.clearGradients(),
    step: (options) => profiler.measure('optimiser', () => learner.step(options)),
    resetOptimiser: () => learner.resetOptimiser(),
    read: (part, into) => profiler.measure('weights read', () => learner.read(part, into)),
    write: (part, values) => profiler.measure('weights written', () => learner.write(part, values)),
    [Symbol.dispose]: () => learner[Symbol.dispose](),
  };
}

function profiledPass(pass: ForwardPass, { profiler, losses }: Meters): ForwardPass {
  return {
    size: pass.size,
    features: pass.features,
    logits: pass.logits,
    backward(gradients, options) {
      losses.end();
      return profiler.measure('backward', () => pass.backward(gradients, options));
    },
    [Symbol.dispose]: () => pass[Symbol.dispose](),
  };
}

/** At once where the value is there: a promise more would count as time. */
function then<T, U>(value: T | Promise<T>, next: (value: T) => U): U | Promise<U> {
  return value instanceof Promise ? value.then(next) : next(value);
}
