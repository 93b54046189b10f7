// Builds the two binaries from assembly/ and writes them as modules: node build/main.ts [--check]
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileKernels, kernelBuilds } from './compile-kernels.ts';

const check = process.argv.includes('--check');
const folder = join(import.meta.dirname, '../src/binaries');
for (const build of kernelBuilds) {
  const bytes = await compileKernels(build);
  const file = join(folder, `${build}.generated.ts`);
  const text = `/** Built from assembly/ by build/main.ts: ${bytes.length} bytes. */\nexport const ${build}Base64 =\n  '${Buffer.from(bytes).toString('base64')}';\n`;
  if (!check) writeFileSync(file, text);
  else if (readFileSync(file, 'utf8') !== text) {
    console.error(`${file} is not what its source gives: run npm run kernels.`);
    process.exitCode = 1;
    continue;
  }
  console.log(`${build}: ${bytes.length} bytes`);
}
