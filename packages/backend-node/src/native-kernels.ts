import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';
import { convolutionKernels, type ConvolutionKernels, type Windows } from './convolution-kernels.ts';
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

  const convolution = convolutionKernels(calls);
  const depthwise = depthwiseKernels(calls);
  const forward =
    (kernels: ConvolutionKernels): Kernel =>
    ({ inputs: { x, filter, bias }, attrs }) => {
      const product = kernels.forward(x, filter, windowsOf(attrs));
      if (bias === undefined) return product;
      const sum = withBias(product, bias);
      calls.dispose(product);
      return sum;
    };

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
    Sum: ({ inputs: { x }, attrs }) =>
      calls.run('Sum', [x, attrs.axis as number[]], {
        keep_dims: attrs.keepDims as boolean,
        Tidx: 'int32',
      }),
    Mean: ({ inputs: { x }, attrs }) =>
      calls.run('Mean', [x, attrs.axis as number[]], {
        keep_dims: attrs.keepDims as boolean,
        Tidx: 'int32',
      }),
    Conv2D: forward(convolution),
    FusedConv2D: forward(convolution),
    Conv2DBackpropFilter: filterGradient(convolution),
    Conv2DBackpropInput: inputGradient(convolution),
    DepthwiseConv2dNative: forward(depthwise),
    FusedDepthwiseConv2D: forward(depthwise),
    DepthwiseConv2dNativeBackpropFilter: filterGradient(depthwise),
    DepthwiseConv2dNativeBackpropInput: inputGradient(depthwise),
  };
  return kernels as unknown as Record<string, KernelFunc>;
}

function filterGradient(kernels: ConvolutionKernels): Kernel {
  return ({ inputs: { x, dy }, attrs }) =>
    kernels.filterGradient(x, dy, {
      filterShape: attrs.filterShape as number[],
      windows: windowsOf(attrs),
    });
}

function inputGradient(kernels: ConvolutionKernels): Kernel {
  return ({ inputs: { dy, filter }, attrs }) =>
    kernels.inputGradient(dy, filter, {
      inputShape: attrs.inputShape as number[],
      windows: windowsOf(attrs),
    });
}

function windowsOf({ strides, pad }: KernelCall['attrs']): Windows {
  return { strides: strides as Windows['strides'], padding: pad as Windows['padding'] };
}
