import { ProtoNormError } from '../../errors/protonorm-error.ts';
import {
  batchSizeOf,
  checkOutputGradients,
  checkPartValues,
  checkStep,
  partRange,
  partTarget,
} from '../../learner/check-arguments.ts';
import type {
  ForwardOptions,
  ForwardPass,
  Learner,
  OutputGradients,
  StepOptions,
} from '../../learner/learner.ts';
import type { ModelPart, ModelPlan } from '../../model/model-plan.ts';
import type { Ledger } from './ledger.ts';
import { oracleForward, type OracleOutputs } from './oracle-forward.ts';
import type { OracleLayers } from './oracle-layers.ts';
import { freshMoments, oracleStep, type OracleMoments } from './oracle-optimiser.ts';

/** A learner over the oracle: parameters are kept in float32, everything else is computed in float64. */
export class OracleLearner implements Learner {
  readonly plan: ModelPlan;
  readonly #layers: Partial<OracleLayers>;
  readonly #ledger: Ledger;
  readonly #parameters: Float32Array;
  #buffers: Float32Array;
  readonly #gradients: Float64Array;
  #moments: OracleMoments;
  readonly #free: () => void;
  #disposed = false;

  constructor(
    plan: ModelPlan,
    options: {
      readonly parameters: Float32Array;
      readonly buffers: Float32Array;
      readonly layers: Partial<OracleLayers>;
      readonly ledger: Ledger;
      readonly onDispose: () => void;
    },
  ) {
    this.plan = plan;
    this.#layers = options.layers;
    this.#ledger = options.ledger;
    this.#parameters = options.parameters.slice();
    this.#buffers = options.buffers.slice();
    this.#gradients = new Float64Array(plan.size.all);
    this.#moments = freshMoments(plan.size.all);
    const { first, second, steps } = this.#moments;
    const release = options.ledger.hold(
      this.#parameters,
      this.#buffers,
      this.#gradients,
      first,
      second,
      steps,
    );
    this.#free = () => {
      release();
      options.onDispose();
    };
  }

  forward(inputs: Float32Array, options: ForwardOptions): ForwardPass {
    this.#checkAlive();
    const { mode, from = 'inputs', gradient = false, rng } = options;
    const size = batchSizeOf(this.plan, inputs, { from });
    const outputs = oracleForward(this.plan, {
      parameters: this.#parameters,
      buffers: this.#buffers,
      inputs,
      mode,
      from,
      layers: this.#layers,
      ...(rng && {
        dropoutMask: ({ rate }, count) =>
          Float64Array.from({ length: count }, () => Number(rng.uniform() >= rate)),
      }),
    });
    if (mode === 'train') this.#buffers.set(outputs.buffers);
    return new OraclePass(outputs, {
      size,
      free: gradient ? this.#ledger.hold(outputs.features, outputs.logits) : undefined,
      back: (gradients) => {
        this.#checkAlive();
        checkOutputGradients(this.plan, gradients, { size });
        return outputs.backward(gradients as Record<string, Float32Array>, this.#gradients);
      },
    });
  }

  gradients(part: 'all' | 'encoder' | 'head' = 'all'): Float32Array {
    this.#checkAlive();
    const { offset, size } = partRange(this.plan, part);
    return Float32Array.from(this.#gradients.subarray(offset, offset + size));
  }

  clearGradients(): void {
    this.#checkAlive();
    this.#gradients.fill(0);
  }

  step(options: StepOptions): void {
    this.#checkAlive();
    checkStep(this.plan, options);
    const parameters = Float64Array.from(this.#parameters);
    oracleStep(this.plan, { ...options, parameters, gradients: this.#gradients, moments: this.#moments });
    this.#parameters.set(parameters);
    this.#gradients.fill(0);
  }

  resetOptimiser(): void {
    this.#checkAlive();
    for (const moment of Object.values(this.#moments) as Float64Array[]) moment.fill(0);
  }

  read(part: ModelPart, into?: Float32Array): Float32Array {
    this.#checkAlive();
    const target = partTarget(this.plan, part, into);
    target.set(this.#part(part));
    return target;
  }

  write(part: ModelPart, values: Float32Array): void {
    this.#checkAlive();
    checkPartValues(this.plan, part, values);
    this.#part(part).set(values);
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    this.#free();
  }

  #part(part: ModelPart): Float32Array {
    const { offset, size } = partRange(this.plan, part);
    return (part === 'buffers' ? this.#buffers : this.#parameters).subarray(offset, offset + size);
  }

  #checkAlive(): void {
    if (this.#disposed) throw disposed(`The learner of the model '${this.plan.spec.name}'`);
  }
}

class OraclePass implements ForwardPass {
  readonly size: number;
  readonly features: Float32Array;
  readonly logits: Float32Array;
  readonly #free: (() => void) | undefined;
  readonly #back: (gradients: OutputGradients) => Float64Array;
  #disposed = false;

  constructor(
    outputs: OracleOutputs,
    options: {
      readonly size: number;
      /** Left out when no gradient was asked for. */
      readonly free: (() => void) | undefined;
      readonly back: (gradients: OutputGradients) => Float64Array;
    },
  ) {
    this.size = options.size;
    this.features = Float32Array.from(outputs.features);
    this.logits = Float32Array.from(outputs.logits);
    this.#free = options.free;
    this.#back = options.back;
  }

  backward(
    gradients: OutputGradients,
    { inputs = false }: { readonly inputs?: boolean } = {},
  ): Float32Array | undefined {
    if (this.#disposed) throw disposed('The forward pass');
    if (this.#free === undefined) {
      throw new ProtoNormError('invalid-argument', 'This forward pass kept nothing to go back.', {
        hint: 'Ask for it: forward(inputs, { mode, gradient: true }).',
      });
    }
    const byInputs = this.#back(gradients);
    return inputs ? Float32Array.from(byInputs) : undefined;
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    this.#free?.();
  }
}

function disposed(what: string): ProtoNormError {
  return new ProtoNormError('disposed', `${what} was used after it had been disposed.`, {
    hint: 'Keep it until the last use; `using` frees at the end of the block.',
  });
}
