#!/usr/bin/env node
// Plain JavaScript that any Node can parse: it says what is missing before anything else fails.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 13)) {
  process.stderr.write(
    `error: protonorm needs Node 22.13 or newer, this is ${process.version}. Run it through npm (npx protonorm), which takes the Node of the project, or install a newer one.\n`,
  );
  process.exit(2);
}

const source = new URL('../src/index.ts', import.meta.url);
const inCheckout = existsSync(fileURLToPath(source)) && !fileURLToPath(source).includes('node_modules');
if (inCheckout) {
  // A checkout runs from its sources, without a build: the packages resolve each other by the source condition.
  const { registerHooks } = await import('node:module');
  registerHooks({
    resolve: (specifier, context, next) =>
      next(specifier, { ...context, conditions: [...context.conditions, '@protonorm/source'] }),
  });
}
const { runCli } = await import(inCheckout ? source.href : '../dist/index.js');
process.exitCode = await runCli(process.argv.slice(2));
