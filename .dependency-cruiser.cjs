/**
 * The layers of the house: contract <- core <- runtime <- app; adapters depend on contracts; runtime never imports an
 * adapter. Each rule says what it protects.
 */
const layers = {
  contract: ['tensor', 'strategy', 'protocol'],
  core: ['prototype-math', 'models', 'datasets', 'strategies', 'wasm-kernels'],
  adapter: ['backend-tfjs', 'backend-wasm', 'backend-node', 'store-postgres'],
  runtime: ['fl-client', 'fl-server', 'simulation'],
  app: ['studio', 'protonorm'],
};
const inside = (...names) => `^packages/(${names.flatMap((name) => layers[name]).join('|')})/`;

module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'contract-is-lowest',
      comment: 'Contracts know nothing above them.',
      severity: 'error',
      from: { path: inside('contract') },
      to: { path: inside('core', 'adapter', 'runtime', 'app') },
    },
    {
      name: 'core-below-runtime',
      comment: 'Core is used without engines, adapters and apps.',
      severity: 'error',
      from: { path: inside('core') },
      to: { path: inside('adapter', 'runtime', 'app') },
    },
    {
      name: 'adapters-on-contracts',
      comment:
        'An adapter implements a contract and needs nothing else (its tests may use models and data), but for the kernels ' +
        'that the two adapters on WebAssembly bind to a memory of their own: they know no model.',
      severity: 'error',
      from: { path: inside('adapter'), pathNot: '\\.test\\.ts$' },
      to: { path: inside('core', 'runtime', 'app'), pathNot: '^packages/wasm-kernels/' },
    },
    {
      name: 'runtime-never-imports-adapters',
      comment: 'Backends, stores and transports are handed in.',
      severity: 'error',
      from: { path: inside('runtime'), pathNot: '\\.test\\.ts$' },
      to: { path: inside('adapter', 'app') },
    },
    {
      name: 'tensor-has-no-dependency',
      severity: 'error',
      from: { path: '^packages/tensor/src', pathNot: '\\.test\\.ts$' },
      to: { pathNot: '^packages/tensor/src' },
    },
    {
      name: 'tensorflow-in-its-adapter-only',
      comment: 'backend-tfjs (and backend-node) are the only packages that may import @tensorflow.',
      severity: 'error',
      from: { path: '^packages/', pathNot: '^packages/(backend-tfjs|backend-node)/' },
      to: { path: '@tensorflow/' },
    },
    {
      name: 'public-doors-only',
      comment: 'Other packages are entered through their exports.',
      severity: 'error',
      from: { path: '^packages/([^/]+)/src' },
      to: {
        path: '^packages/[^/]+/src/.+',
        pathNot: [
          '^packages/$1/',
          '^packages/[^/]+/src/(index|file-store|sqlite-store|store-kit|worker)\\.ts$',
          '^packages/[^/]+/src/(testkit|node|wasm|dashboard)/index\\.ts$',
        ],
      },
    },
    {
      name: 'experiments-through-public-doors',
      comment:
        'An experiment uses the packages as their users do, beside the inputs and measurements of benchmarks.',
      severity: 'error',
      from: { path: '^experiments/' },
      to: {
        path: '^packages/[^/]+/src/.+',
        pathNot: [
          '^packages/[^/]+/src/(index|file-store|sqlite-store)\\.ts$',
          '^packages/[^/]+/src/(node|wasm)/index\\.ts$',
        ],
      },
    },
    {
      name: 'nothing-needs-experiments',
      severity: 'error',
      from: { path: '^(packages|tools|benchmarks)/' },
      to: { path: '^experiments/' },
    },
    {
      name: 'browser-safe',
      comment: 'These packages run in browsers: no Node module, except in the doors made for Node.',
      severity: 'error',
      from: {
        path: '^packages/(tensor|strategy|protocol|prototype-math|models|datasets|strategies|fl-client|fl-server|simulation)/src',
        pathNot: [
          '\\.test\\.ts$',
          '^packages/(datasets|fl-client|fl-server)/src/node/',
          '^packages/fl-server/src/((file-store|sqlite-store)\\.ts|(run-folder|sqlite-store)/)',
          '^packages/simulation/src/(worker\\.ts|executor/worker-executor\\.ts)',
        ],
      },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: { path: '^packages/[^/]+/src' },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@protonorm/source', 'import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.json'],
    },
    combinedDependencies: true,
  },
};
