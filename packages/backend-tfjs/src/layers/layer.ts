import type { Rng } from '@protonorm/tensor';
import type { Device, Tensor } from '../device/device.ts';
import type { Parameter } from '../learner/parameter.ts';

/** How a pass runs its layers. */
export interface LayerRun {
  readonly mode: 'train' | 'eval';
  /** Whether `backward` may be called. */
  readonly gradient: boolean;
  readonly rng?: Rng | undefined;
}

/** The result of a layer's forward computation. */
export interface LayerOutput {
  /** Shape [B, ...]; may be the input itself. */
  readonly output: Tensor;
  /** The tensors that `backward` reads, also when they are the input or the output: they live as long as the pass. */
  readonly saved: readonly Tensor[];
  /**
   * Adds the gradients of the layer's parameters to those gathered, and gives the gradient by the input.
   *
   * @param dy - the gradient by the output
   * @param wanted - false when nobody needs the gradient by the input, which need not be computed then
   */
  backward(dy: Tensor, wanted: boolean): Tensor | undefined;
}

/**
 * A layer with its parameters on a device.
 *
 * Ownership: `forward` and `backward` run inside a `Device.tidy`, so temporaries need no care; what they return, and
 * what `saved` names, lives on.
 */
export interface Layer {
  forward(x: Tensor, run: LayerRun): LayerOutput;
}

/** What a layer is built from. */
export interface LayerContext {
  readonly device: Device;
  /** The parameter of this name, such as 'base.conv1.weight', if the model has it. */
  parameter(name: string): Parameter | undefined;
  /** The buffer of this name, by reference: batch normalisation updates it. */
  buffer(name: string): Float32Array;
}
