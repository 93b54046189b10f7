import '@tensorflow/tfjs-backend-cpu';
import { version_core } from '@tensorflow/tfjs-core';
import { Device } from '../device/device.ts';
import { cpuMemory } from '../device/tensor-memory.ts';
import { TfjsBackend } from './tfjs-backend.ts';
import { tfjsInstance } from './tfjs-instance.ts';

/** Opens tfjs's 'cpu' backend: plain JavaScript, everywhere, slow; the oracle of the others. */
export async function openCpu(): Promise<TfjsBackend> {
  const backend = await tfjsInstance('cpu');
  // On its first tensor in Node it would print an advertisement for tfjs-node.
  (backend as unknown as { firstUse: boolean }).firstUse = false;
  const device = new Device({ name: 'cpu', backend, memory: cpuMemory(backend) });
  return new TfjsBackend(device, `tfjs ${version_core} cpu (plain JavaScript, 1 thread)`);
}
