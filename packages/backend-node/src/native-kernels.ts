import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';
import { depthwiseKernels } from './depthwise-kernels.ts';
import type { NativeAttributes, NativeCalls } from './native-calls.ts';

/** What a kernel of tfjs gets; which inputs and attributes there are depends on the kernel. */
interface KernelCall {
  readonly inputs: Readonly<Record<string, TensorInfo>>;
  readonly attrs: Readonly<Record<string, unknown>>;
}

type Kernel = (call: KernelCall) => TensorInfo | TensorInfo[];

/** The attributes of the kernel 'TensorFlow', which runs any operation; its inputs are an array. */
export interface NativeOperation {
  readonly operation: string;
  readonly outputs: number;
  readonly attributes: NativeAttributes;
}

/** The kernels of tfjs that layers call, as operations of TensorFlow; and 'TensorFlow', which is any of them. */
export function nativeKernels(calls: NativeCalls): Readonly<Record<string, KernelFunc>> {
  const unary =
    (operation: string): Kernel =>
    ({ inputs: { x } }) =>
      calls.run(operation, [x]);
  const withBias = (product: TensorInfo, bias: TensorInfo): TensorInfo =>
    calls.run('BiasAdd', [product, bias], { data_format: 'NHWC' });

  const biased = (product: TensorInfo, bias: TensorInfo): TensorInfo => {
    const sum = withBias(product, bias);
    calls.dispose(product);
    return sum;
  };
  const depthwise = depthwiseKernels(calls);

  const kernels: Record<string, Kernel> = {
    TensorFlow({ inputs, attrs }) {
      const { operation, ...options } = attrs as unknown as NativeOperation;
      return calls.runAll(operation, Object.values(inputs), options);
    },
    Relu: unary('Relu'),
    Relu6: unary('Relu6'),
    Sigmoid: unary('Sigmoid'),
    Tanh: unary('Tanh'),
    Multiply: ({ inputs: { a, b } }) => calls.run('Mul', [a, b]),
    Add: ({ inputs: { a, b } }) =>
      b.shape.length === 1 && a.shape.length > 1 && a.shape.at(-1) === b.shape[0]
        ? withBias(a, b)
        : calls.run('AddV2', [a, b]),
    BatchMatMul: ({ inputs: { a, b }, attrs }) =>
      calls.run('MatMul', [a, b], {
        transpose_a: attrs.transposeA as boolean,
        transpose_b: attrs.transposeB as boolean,
      }),
    Transpose: ({ inputs: { x }, attrs }) =>
      calls.run('Transpose', [x, attrs.perm as number[]], { Tperm: 'int32' }),
    Slice: ({ inputs: { x }, attrs }) =>
      calls.run('Slice', [x, attrs.begin as number[], attrs.size as number[]], { Index: 'int32' }),
    Concat({ inputs, attrs }) {
      const parts = Object.values(inputs);
      if (parts.length === 1) return calls.run('Identity', parts);
      return calls.run('ConcatV2', [...parts, attrs.axis as number], { N: parts.length, Tidx: 'int32' });
    },
    Mean: ({ inputs: { x }, attrs }) =>
      calls.run('Mean', [x, attrs.axis as number[]], {
        keep_dims: attrs.keepDims as boolean,
        Tidx: 'int32',
      }),
    Conv2D: ({ inputs: { x, filter }, attrs }) => calls.run('Conv2D', [x, filter], windowsOf(attrs)),
    FusedConv2D: ({ inputs: { x, filter, bias }, attrs }) =>
      biased(calls.run('Conv2D', [x, filter], windowsOf(attrs)), bias),
    Conv2DBackpropFilter: ({ inputs: { x, dy }, attrs }) =>
      calls.run('Conv2DBackpropFilter', [x, attrs.filterShape as number[], dy], windowsOf(attrs)),
    Conv2DBackpropInput: ({ inputs: { dy, filter }, attrs }) =>
      calls.run('Conv2DBackpropInput', [attrs.inputShape as number[], filter, dy], windowsOf(attrs)),
    DepthwiseConv2dNative: ({ inputs: { x, filter }, attrs }) =>
      depthwise.forward(x, filter, windowsOf(attrs)),
    FusedDepthwiseConv2D: ({ inputs: { x, filter, bias }, attrs }) =>
      biased(depthwise.forward(x, filter, windowsOf(attrs)), bias),
    DepthwiseConv2dNativeBackpropFilter: ({ inputs: { x, dy }, attrs }) =>
      depthwise.filterGradient(x, dy, {
        filterShape: attrs.filterShape as number[],
        windows: windowsOf(attrs),
      }),
    DepthwiseConv2dNativeBackpropInput: ({ inputs: { dy, filter }, attrs }) =>
      depthwise.inputGradient(dy, filter, {
        inputShape: attrs.inputShape as number[],
        windows: windowsOf(attrs),
      }),
  };
  return kernels as unknown as Record<string, KernelFunc>;
}

/** Strides, padding and dilations, from tfjs's form to TensorFlow's. */
function windowsOf(attrs: KernelCall['attrs']): NativeAttributes {
  const [strideY, strideX] = attrs.strides as readonly [number, number];
  return {
    strides: [1, strideY, strideX, 1],
    data_format: 'NHWC',
    ...explicitPadding(attrs.pad as number[][]),
  };
}

/** Padding by axis as [before, after]; without any, the faster 'VALID'. */
export function explicitPadding(padding: readonly (readonly number[])[]): NativeAttributes {
  const sizes = padding.flat();
  return sizes.every((size) => size === 0)
    ? { padding: 'VALID' }
    : { padding: 'EXPLICIT', explicit_paddings: sizes };
}
