import {
  checkOutputGradients,
  ProtoNormError,
  type ForwardPass,
  type OutputGradients,
} from '@protonorm/tensor';
import type { Execution } from '../graph/operation.ts';
import type { LearnerAddresses } from '../plan/compile-plan.ts';
import type { PlanLease } from '../plan/plan-cache.ts';

/** What a pass is made of. */
export interface ForwardPassParts {
  readonly features: Float32Array;
  readonly logits: Float32Array;
  readonly execution: Execution;
  /** Left out in a pass without gradients. */
  readonly lease: PlanLease | undefined;
  readonly addresses: LearnerAddresses;
  readonly model: Parameters<typeof checkOutputGradients>[0];
  /** Changes when the parameters do. */
  readonly version: () => number;
  readonly onDispose: (pass: WasmForwardPass) => void;
}

/** One forward pass; with gradients it has a work area to itself until it is disposed. */
export class WasmForwardPass implements ForwardPass {
  readonly size: number;
  readonly features: Float32Array;
  readonly logits: Float32Array;
  readonly #parts: ForwardPassParts;
  readonly #version: number;
  #disposed = false;

  constructor(parts: ForwardPassParts) {
    this.#parts = parts;
    this.size = parts.execution.size;
    this.features = parts.features;
    this.logits = parts.logits;
    this.#version = parts.version();
  }

  /** Bytes of its work area. */
  get bytes(): number {
    return this.#parts.lease?.workArea.bytes ?? 0;
  }

  backward(
    gradients: OutputGradients,
    { inputs = false }: { readonly inputs?: boolean } = {},
  ): Float32Array | undefined {
    const { lease, execution, addresses, model } = this.#parts;
    if (this.#disposed) throw new ProtoNormError('disposed', 'The forward pass was disposed.');
    if (lease === undefined) {
      throw new ProtoNormError('invalid-argument', 'This forward pass has kept nothing to go back with.', {
        received: { gradient: false },
        hint: 'Call forward with { gradient: true }.',
      });
    }
    // The kernels read the weights again: with others the gradients would be silently wrong (PyTorch refuses it, too).
    if (this.#parts.version() !== this.#version) {
      throw new ProtoNormError('invalid-argument', 'The parameters have changed since this forward pass.', {
        hint: 'Call backward before step or write, or run forward again.',
      });
    }
    checkOutputGradients(model, gradients, { size: this.size });
    lease.plan.bind(lease.workArea.address, addresses);
    execution.inputGradient = inputs;
    return lease.plan.backward(gradients, execution);
  }

  [Symbol.dispose](): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#parts.lease?.release();
    this.#parts.onDispose(this);
  }
}
