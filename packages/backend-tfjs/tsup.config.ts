import { defineConfig } from 'tsup';
import { packageConfig } from '../../tools/build/tsup-package.ts';

// tfjs-core's gradients are ES modules that import each other without extensions: Node cannot load them, so that they
// are bundled. They bring a second copy of tfjs-core's operations; what these act on (the engine, the registries of
// kernels and gradients) is global, one for all copies.
export default defineConfig({
  ...packageConfig(import.meta.dirname),
  noExternal: [/^@tensorflow\/tfjs-core\/dist\//],
});
