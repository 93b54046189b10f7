import {
  checkOutputGradients,
  ProtoNormError,
  type ForwardPass,
  type ModelPlan,
  type OutputGradients,
} from '@protonorm/tensor';
import type { Device, Tensor } from '../device/device.ts';
import { add } from '../device/operations.ts';
import type { LayerOutput } from '../layers/layer.ts';

/** The two halves of a model after a forward computation; no encoder when the pass came from the features. */
interface Chains {
  readonly encoder: LayerOutput | undefined;
  readonly head: LayerOutput;
}

/** What a pass is made of. */
export interface ForwardPassParts {
  readonly plan: ModelPlan;
  readonly size: number;
  readonly features: Float32Array;
  readonly logits: Float32Array;
  readonly inputShape: readonly number[];
  /** Left out in a pass without gradients. */
  readonly chains: Chains | undefined;
  /** Changes when the parameters do. */
  readonly version: () => number;
  readonly onDispose: (pass: TfjsForwardPass) => void;
}

/** One forward pass. It owns the tensors that its layers saved, until it is disposed. */
export class TfjsForwardPass implements ForwardPass {
  readonly size: number;
  readonly features: Float32Array;
  readonly logits: Float32Array;
  /** What `backward` reads. */
  readonly tensors: ReadonlySet<Tensor>;
  readonly #device: Device;
  readonly #parts: ForwardPassParts;
  readonly #version: number;
  #disposed = false;

  constructor(device: Device, parts: ForwardPassParts) {
    this.#device = device;
    this.#parts = parts;
    this.size = parts.size;
    this.features = parts.features;
    this.logits = parts.logits;
    this.#version = parts.version();
    this.tensors = new Set([...(parts.chains?.encoder?.saved ?? []), ...(parts.chains?.head.saved ?? [])]);
  }

  backward(
    gradients: OutputGradients,
    { inputs = false }: { readonly inputs?: boolean } = {},
  ): Float32Array | undefined {
    const { plan, chains, inputShape, size } = this.#parts;
    if (this.#disposed) throw new ProtoNormError('disposed', 'The forward pass was disposed.');
    if (!chains) {
      throw new ProtoNormError('invalid-argument', 'This forward pass has kept nothing to go back with.', {
        received: { gradient: false },
        hint: 'Call forward with { gradient: true }.',
      });
    }
    // The layers read the weights again: with others the gradients would be silently wrong (PyTorch refuses it, too).
    if (this.#parts.version() !== this.#version) {
      throw new ProtoNormError('invalid-argument', 'The parameters have changed since this forward pass.', {
        hint: 'Call backward before step or write, or run forward again.',
      });
    }
    checkOutputGradients(plan, gradients, { size });
    const device = this.#device;
    let result: Float32Array | undefined;
    device.tidy(
      () => {
        const upload = (values: Float32Array): Tensor => device.upload(values, [size, values.length / size]);
        const { encoder, head } = chains;
        const onward = encoder !== undefined || inputs;
        let dz = gradients.logits && head.backward(upload(gradients.logits), onward);
        if (gradients.features && onward) {
          const own = upload(gradients.features);
          dz = dz ? add(device, dz, own) : own;
        }
        const dx = dz && encoder ? encoder.backward(dz, inputs) : dz;
        if (inputs) result = dx ? device.read(dx) : new Float32Array(product(inputShape));
      },
      () => [],
    );
    return result;
  }

  [Symbol.dispose](): void {
    if (this.#disposed) return;
    this.#disposed = true;
    for (const tensor of this.tensors) this.#device.dispose(tensor);
    this.#parts.onDispose(this);
  }
}

function product(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}
