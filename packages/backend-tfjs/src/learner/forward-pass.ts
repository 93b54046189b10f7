import {
  checkOutputGradients,
  ProtoNormError,
  type Awaitable,
  type ForwardPass,
  type ModelPlan,
  type OutputGradients,
} from '@protonorm/tensor';
import type { Device, Tensor } from '../device/device.ts';
import { add } from '../device/operations.ts';
import type { LayerOutput } from '../layers/layer.ts';

/** The two halves of a model after a forward computation; no encoder when the pass came from the features. */
export interface Chains {
  readonly encoder: LayerOutput | undefined;
  readonly head: LayerOutput;
}

/** The tensors that `backward` reads. */
export function savedTensors(chains: Chains | undefined): ReadonlySet<Tensor> {
  return new Set([...(chains?.encoder?.saved ?? []), ...(chains?.head.saved ?? [])]);
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
  /** What it was when the layers ran. */
  readonly ranAt: number;
  readonly onDispose: (pass: TfjsForwardPass) => void;
}

/** One forward pass. It owns the tensors that its layers saved, until it is disposed. */
export class TfjsForwardPass implements ForwardPass {
  readonly size: number;
  readonly features: Float32Array;
  readonly logits: Float32Array;
  readonly #device: Device;
  readonly #parts: ForwardPassParts;
  #disposed = false;

  constructor(device: Device, parts: ForwardPassParts) {
    this.#device = device;
    this.#parts = parts;
    this.size = parts.size;
    this.features = parts.features;
    this.logits = parts.logits;
  }

  backward(
    gradients: OutputGradients,
    { inputs = false }: { readonly inputs?: boolean } = {},
  ): Awaitable<Float32Array | undefined> {
    const { plan, chains, inputShape, size } = this.#parts;
    if (this.#disposed) throw new ProtoNormError('disposed', 'The forward pass was disposed.');
    if (!chains) {
      throw new ProtoNormError('invalid-argument', 'This forward pass has kept nothing to go back with.', {
        received: { gradient: false },
        hint: 'Call forward with { gradient: true }.',
      });
    }
    // The layers read the weights again: with others the gradients would be silently wrong (PyTorch refuses it, too).
    if (this.#parts.version() !== this.#parts.ranAt) {
      throw new ProtoNormError('invalid-argument', 'The parameters have changed since this forward pass.', {
        hint: 'Call backward before step or write, or run forward again.',
      });
    }
    checkOutputGradients(plan, gradients, { size });
    const device = this.#device;
    let result: Awaitable<Float32Array | undefined>;
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
        if (inputs) result = dx ? device.fetch(dx) : new Float32Array(product(inputShape));
      },
      () => [],
    );
    const settled = device.settle();
    return settled ? Promise.all([result, settled]).then(([values]) => values) : result;
  }

  [Symbol.dispose](): void {
    if (this.#disposed) return;
    this.#disposed = true;
    for (const tensor of savedTensors(this.#parts.chains)) this.#device.dispose(tensor);
    this.#parts.onDispose(this);
  }
}

function product(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}
