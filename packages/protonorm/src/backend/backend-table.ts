import { nearestName, ProtoNormError } from '@protonorm/tensor';

/** A backend that can be named on the command line, in recipes, and in the tools of this repository. */
export interface BackendEntry {
  readonly summary: string;
  readonly package: string;
  /** URL of the package's module; throws where it is not installed. */
  readonly resolve: () => string;
  readonly export: string;
  /** What the exported function is called with; plain data, so that workers can be told. */
  readonly arguments: readonly unknown[];
  /** Whether its last argument takes a `profile` that sees each operation. */
  readonly takesProfile?: true;
  /** Whether it may be missing: a native part, a GPU, a processor's instructions. */
  readonly optional?: true;
  /** How to get a package that comes with nothing else. */
  readonly install?: string;
}

const WASM = {
  package: '@protonorm/backend-wasm',
  resolve: () => import.meta.resolve('@protonorm/backend-wasm'),
  export: 'createBackend',
  takesProfile: true,
} as const;

const TFJS = {
  package: '@protonorm/backend-tfjs',
  resolve: () => import.meta.resolve('@protonorm/backend-tfjs'),
  export: 'createBackend',
} as const;

/** A dependency of nobody: its native part is a hundred megabytes. */
const NODE: string = '@protonorm/backend-node';

/** All backends by name. */
export const backendTable = {
  wasm: {
    ...WASM,
    summary: 'the planned WASM engine, in the fastest build that works here: wasm-relaxed or wasm-simd',
    arguments: [{ build: 'auto' }],
  },
  'wasm-simd': {
    ...WASM,
    summary: 'the planned WASM engine in the build that gives the same bits on every machine',
    arguments: [{ build: 'simd' }],
  },
  'wasm-relaxed': {
    ...WASM,
    summary: 'the planned WASM engine with fused instructions; its last bits depend on the processor',
    arguments: [{ build: 'relaxed' }],
    optional: true,
  },
  'tfjs-wasm': { ...TFJS, summary: "TensorFlow.js's WASM backend (XNNPACK)", arguments: ['wasm'] },
  cpu: {
    ...TFJS,
    summary: "TensorFlow.js's plain JavaScript: the oracle of the others, slow on convolutions",
    arguments: ['cpu'],
  },
  node: {
    summary: "TensorFlow's native library through tfjs-node, where @protonorm/backend-node is installed",
    package: NODE,
    resolve: () => import.meta.resolve(NODE),
    export: 'createBackend',
    arguments: [{}],
    optional: true,
    install: 'npm install @protonorm/backend-node',
  },
  webgpu: {
    ...TFJS,
    summary: 'TensorFlow.js on a GPU, where its WebGPU packages are installed; for large models',
    arguments: ['webgpu'],
    optional: true,
  },
} as const satisfies Readonly<Record<string, BackendEntry>>;

/** Name of a backend. */
export type BackendName = keyof typeof backendTable;

/** All names, in the order of the table. */
export const backendNames = Object.keys(backendTable) as readonly BackendName[];

/** What 'auto' tries, in this order. */
export const automaticBackends: readonly BackendName[] = ['wasm', 'tfjs-wasm', 'cpu'];

/**
 * Checks a name.
 *
 * @throws `unknown-backend` with the nearest name
 */
export function checkBackendName(name: string): BackendName | 'auto' {
  const known = ['auto', ...backendNames] as const;
  const found = known.find((candidate) => candidate === name);
  if (found !== undefined) return found;
  const near = nearestName(name, known);
  throw new ProtoNormError('unknown-backend', `Unknown backend ${JSON.stringify(name)}.`, {
    received: name,
    expected: known,
    hint: `${near === undefined ? '' : `Did you mean '${near}'? `}Known are: ${known.join(', ')}.`,
  });
}
