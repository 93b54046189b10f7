import type { Backend } from '@protonorm/tensor';
import type { DeviceParts } from '../device/device.ts';
import type { KernelOperations } from '../kernel-layers/kernel-operations.ts';

/** What {@link createTfjsBackend} is made of. */
export interface TfjsBackendParts extends Omit<DeviceParts, 'layers'> {
  /** For `Backend.description`. */
  readonly description: string;
  /** For a backend whose layers run in kernels alone. Without it, layers loop over the numbers where tfjs is slow. */
  readonly operations?: KernelOperations;
}

/**
 * A `Backend` on another backend of tfjs than those of {@link createBackend}: the door for further adapters.
 *
 * @param parts - a started tfjs backend, how its numbers are reached, and its kernels
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import { engine, findBackend } from '@tensorflow/tfjs-core';
 * import { createTfjsBackend } from '@protonorm/backend-tfjs';
 * const backend = findBackend('cpu');
 * const remote = {
 *   upload: (values: Float32Array, shape: readonly number[]) => ({
 *     dataId: backend.write(values.slice(), [...shape], 'float32'),
 *     shape: [...shape],
 *     dtype: 'float32' as const,
 *   }),
 *   read: async ({ dataId }: { dataId: object }) => Float32Array.from((await backend.read(dataId)) as Float32Array),
 * };
 * using own = await createTfjsBackend({ name: 'own', tfjsName: 'cpu', backend, memory: remote, description: 'mine' });
 * own.name; // => 'own'
 * ```
 */
export async function createTfjsBackend(parts: TfjsBackendParts): Promise<Backend> {
  const { description, operations, ...device } = parts;
  const [{ Device }, { TfjsBackend }, { kernelLayers }] = await Promise.all([
    import('../device/device.ts'),
    import('./tfjs-backend.ts'),
    import('../kernel-layers/kernel-layers.ts'),
  ]);
  const layers = operations && kernelLayers(operations);
  return new TfjsBackend(new Device({ ...device, ...(layers && { layers }) }), description);
}
