import type { WebGPUBackend, WebGPUProgram } from '@tensorflow/tfjs-backend-webgpu';
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';
import { elements } from '../device/tensor-memory.ts';

/** A shader that computes each number of its output on its own. */
export interface Shader {
  /** Unique; programs are cached by it and by the shapes' ranks. */
  readonly name: string;
  /** Names of the inputs, small letters: `getX(..)` and `getXByOutputIndex(index)` read x. */
  readonly inputs: readonly string[];
  /** WGSL: more uniforms, such as 'scale : f32'. @defaultValue none */
  readonly uniforms?: string;
  /** WGSL: a body that ends in `return`, the f32 at `index` of the output. */
  readonly body: string;
}

/** Values of uniforms, in the order of their declaration. */
type UniformValues = readonly {
  readonly type: 'int32' | 'float32';
  readonly data: number[];
}[];

const workgroup = 64;

/** A shader as a tfjs kernel of its inputs; the attributes are the shape of the output and the uniforms. */
export function shaderKernel(shader: Shader): KernelFunc {
  return ({ inputs, backend, attrs }) => {
    const { shape, uniforms = [] } = attrs as unknown as {
      shape: readonly number[];
      uniforms?: UniformValues;
    };
    const tensors = shader.inputs.map((name) => (inputs as Record<string, TensorInfo>)[name]);
    return (backend as WebGPUBackend).runWebGPUProgram(program(shader, shape), tensors, 'float32', [
      ...uniforms,
    ]);
  };
}

/** The form in which tfjs's WebGPU backend takes shaders. */
function program({ name, inputs, uniforms, body }: Shader, shape: readonly number[]): WebGPUProgram {
  return {
    variableNames: [...inputs],
    outputShape: [...shape],
    ...(uniforms !== undefined && { uniforms }),
    size: true, // declares uniforms.size
    workgroupSize: [workgroup, 1, 1],
    dispatchLayout: { x: shape.map((_, axis) => axis) },
    dispatch: [Math.ceil(elements(shape) / workgroup), 1, 1],
    shaderKey: `protonorm ${name}`,
    getUserCode: () => `
      fn valueAt(index : i32) -> f32 {
        ${body}
      }
      fn main(index : i32) {
        if (index < uniforms.size) {
          setOutputAtIndex(index, valueAt(index));
        }
      }
    `,
  };
}
