import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** One check of the packages as their users get them. */
interface Check {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
}

const packages = readdirSync('packages').map((name) => join('packages', name));

const checks: readonly Check[] = [
  { name: 'boundaries', command: 'npm', args: ['run', '--silent', 'boundaries'] },
  { name: 'types', command: 'npm', args: ['run', '--silent', 'types'] },
  { name: 'unused code', command: 'npx', args: ['knip'] },
  { name: 'build', command: 'npx', args: ['nx', 'run-many', '-t', 'build', '--parallel=2'] },
  ...packages.map((path) => ({
    name: `publint ${path}`,
    command: 'npx',
    args: ['publint', '--strict', path],
  })),
  ...packages.map((path) => ({
    name: `attw ${path}`,
    command: 'npx',
    args: ['attw', '--pack', path, '--profile', 'esm-only'],
  })),
  {
    name: 'consumers of the packed tarballs',
    command: process.execPath,
    args: ['--conditions=@protonorm/source', 'integration/tarballs/main.ts'],
  },
];

/** `npm run check`: boundaries, types, unused code, packed packages, and each package installed from its tarball alone. */
let failed = 0;
for (const { name, command, args } of checks) {
  const begun = performance.now();
  const { status, stdout, stderr } = spawnSync(command, args, {
    encoding: 'utf8',
    env: { ...process.env, NX_DAEMON: 'false', NO_COLOR: '1', FORCE_COLOR: '0' },
  });
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  process.stdout.write(`${status === 0 ? 'ok  ' : 'FAIL'} ${name}  ${seconds} s\n`);
  if (status === 0) continue;
  failed++;
  process.stdout.write(`${stdout}${stderr}\n`);
}
process.stdout.write(failed === 0 ? '\nAll checks are clean.\n' : `\n${failed} checks failed.\n`);
process.exitCode = failed === 0 ? 0 : 1;
