import {
  engine,
  findBackend,
  ready,
  registerBackend,
  removeBackend,
  type KernelBackend,
} from '@tensorflow/tfjs-core';
import type { backendNames } from './backend-name.ts';

const opening = new Map<(typeof backendNames)[number], Promise<KernelBackend>>();

/**
 * The process's one instance of a tfjs backend, started if need be, without making it tfjs's current backend.
 *
 * It has to be the instance that tfjs itself uses: the kernels of 'wasm' are bound to the memory of one module when they
 * are set up. For the same reason the instance is registered in place of its factory: tfjs calls the factory again when
 * an application that has chosen no backend calls its first operation, and would bind the kernels to a second memory.
 */
export function tfjsInstance(name: (typeof backendNames)[number]): Promise<KernelBackend> {
  let instance = opening.get(name);
  if (instance === undefined) {
    instance = open(name);
    opening.set(name, instance);
    // A failure is not kept: the next call may have other paths or a working network.
    instance.catch(() => opening.delete(name));
  }
  return instance;
}

async function open(name: (typeof backendNames)[number]): Promise<KernelBackend> {
  const tfjs = engine();
  if (tfjs.backendName === name) await ready(); // the application's own setBackend may be under way
  if (name in tfjs.registry) return tfjs.registry[name];
  const { factory, priority } = tfjs.registryFactory[name];
  const instance = await withoutProcessListeners(async () => await factory());
  removeBackend(name);
  registerBackend(name, () => instance, priority);
  findBackend(name);
  return instance;
}

/**
 * Emscripten's start-up code registers handlers for uncaught errors of the whole process, which only throw again: under
 * them an application's error is printed behind a piece of Emscripten's code. They are taken off again; there is nothing
 * to do in browsers.
 */
async function withoutProcessListeners<T>(body: () => Promise<T>): Promise<T> {
  type Listener = (...args: unknown[]) => void;
  interface Emitter {
    listeners(event: string): Listener[];
    removeListener(event: string, listener: Listener): void;
  }
  const { process } = globalThis as { process?: Partial<Emitter> };
  if (!process?.listeners || !process.removeListener) return body();
  const emitter = process as Emitter;
  const events = ['uncaughtException', 'unhandledRejection'];
  const before = events.map((event) => emitter.listeners(event));
  try {
    return await body();
  } finally {
    events.forEach((event, i) => {
      for (const listener of emitter.listeners(event)) {
        // The application may have added one of its own in the meantime.
        const emscripten = /ExitStatus|^function\s*\(reason\)\s*\{\s*throw reason;?\s*\}$/.test(
          String(listener),
        );
        if (emscripten && !before[i].includes(listener)) emitter.removeListener(event, listener);
      }
    });
  }
}
