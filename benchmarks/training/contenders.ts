import { startNode, startPython, type StepProcess } from './child-process.ts';

/** A backend that takes part. */
interface Contender {
  readonly name: string;
  /** Starts its process; a text says why it cannot take part. */
  start(): StepProcess | string;
  /** The exported `createBackend` of a module is called with the argument; Python takes the argument alone. */
  readonly module?: string;
  readonly argument: unknown;
}

function ours(name: string, module: string, argument?: unknown): Contender {
  return { name, start: startNode, module, argument };
}

function torch(name: string, argument: { readonly channelsLast: boolean }): Contender {
  const interpreter = process.env['TORCH_PYTHON'];
  return {
    name,
    start: () =>
      interpreter ? startPython(interpreter) : 'TORCH_PYTHON does not name a Python interpreter with torch',
    argument,
  };
}

/** All backends, in the order in which they take turns. */
export const contenders: readonly Contender[] = [
  ours('wasm-relaxed', '@protonorm/backend-wasm', { build: 'relaxed' }),
  ours('wasm-simd', '@protonorm/backend-wasm', { build: 'simd' }),
  torch('torch', { channelsLast: false }),
  torch('torch-channels-last', { channelsLast: true }),
  ours('tfjs-node', '@protonorm/backend-node'),
  ours('tfjs-wasm', '@protonorm/backend-tfjs', 'wasm'),
];

/** A backend that is open. */
export interface Lane {
  readonly name: string;
  readonly process: StepProcess;
  readonly description: string;
}

/** Opens a backend in a process of its own; a text says why it cannot take part. */
export async function openLane({ name, start, module, argument }: Contender): Promise<Lane | string> {
  const process = start();
  if (typeof process === 'string') return process;
  try {
    const { description } = await process.ask({
      command: 'open',
      ...(module !== undefined && { module }),
      argument: argument ?? {},
    });
    return { name, process, description: description! };
  } catch (error) {
    process.close();
    return (error as Error).message;
  }
}
