import type { TensorMemory } from '@protonorm/backend-tfjs';
import type { KernelBackend } from '@tensorflow/tfjs-core';
import type { NativeCalls } from './native-calls.ts';

/**
 * The memory of tfjs-node: TensorFlow's own. What the host fills is copied there when a kernel first reads it; what a
 * kernel has made is copied when the host looks.
 */
export function nativeMemory(backend: KernelBackend, calls: NativeCalls): TensorMemory {
  return {
    upload: (values, shape) => calls.upload(values, shape),
    allocate(shape) {
      const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
      return { dataId: backend.write(values, [...shape], 'float32'), shape: [...shape], dtype: 'float32' };
    },
    view: (tensor) => backend.readSync(tensor.dataId) as Float32Array,
  };
}
