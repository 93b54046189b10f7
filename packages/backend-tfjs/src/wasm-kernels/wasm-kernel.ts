import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { getKernel, type KernelFunc, type NamedAttrMap, type TensorInfo } from '@tensorflow/tfjs-core';

/** The arguments of a kernel on 'wasm', as tfjs passes them. */
export interface WasmKernelCall {
  readonly inputs: Readonly<Record<string, TensorInfo>>;
  readonly attrs: Readonly<Record<string, unknown>>;
  readonly backend: BackendWasm;
}

/** Types a kernel function; tfjs's own type knows neither the backend nor which inputs there are. */
export function wasmKernel(body: (call: WasmKernelCall) => TensorInfo): KernelFunc {
  return (call) => body(call as unknown as WasmKernelCall);
}

/** What a composed kernel is made of. */
export interface KernelTools {
  /** Calls an existing kernel. */
  run(kernelName: string, inputs: Readonly<Record<string, TensorInfo>>, attrs: object): TensorInfo;
  /** Fills a new tensor by a loop over the numbers of others. */
  compute(
    inputs: readonly TensorInfo[],
    shape: readonly number[],
    fill: (output: Float32Array, ...inputs: Float32Array[]) => void,
  ): TensorInfo;
  /** The same numbers under another shape; only for arguments, not to be returned. */
  reshape(tensor: TensorInfo, shape: number[]): TensorInfo;
}

/** Runs existing kernels for a composed one and frees what they made, except the result: the body's return value. */
export function compose(backend: BackendWasm, body: (tools: KernelTools) => TensorInfo): TensorInfo {
  const made: TensorInfo[] = [];
  let result: TensorInfo | undefined;
  const keep = (tensor: TensorInfo): TensorInfo => {
    made.push(tensor);
    return tensor;
  };
  const view = (tensor: TensorInfo): Float32Array => backend.typedArrayFromHeap(tensor) as Float32Array;
  try {
    result = body({
      run: (kernelName, inputs, attrs) =>
        keep(
          getKernel(kernelName, 'wasm').kernelFunc({
            inputs: inputs as Record<string, TensorInfo>,
            backend,
            attrs: attrs as NamedAttrMap,
          }) as TensorInfo,
        ),
      compute(inputs, shape, fill) {
        const output = keep(backend.makeOutput([...shape], 'float32'));
        fill(view(output), ...inputs.map(view));
        return output;
      },
      reshape: ({ dataId, dtype }, shape) => ({ dataId, dtype, shape }),
    });
    return result;
  } finally {
    for (const tensor of made) if (tensor !== result) backend.disposeData(tensor.dataId);
  }
}
