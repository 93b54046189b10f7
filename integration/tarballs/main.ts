import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runnableExample } from '../examples/runnable-example.ts';

/**
 * Each package as its users get it: packed, installed from its tarball alone into an empty project (the tarballs of the
 * packages it depends on stand for the registry), and the examples of its README run there by plain Node.
 */
const root = mkdtempSync(join(tmpdir(), 'protonorm-tarballs-'));
const packages = readdirSync('packages').map((folder) => {
  const { name, exports } = JSON.parse(readFileSync(join('packages', folder, 'package.json'), 'utf8')) as {
    name: string;
    exports: Record<string, unknown>;
  };
  return { folder: resolve('packages', folder), name, exports };
});

let failed = 0;
try {
  const tarballs = new Map<string, string>();
  for (const { folder, name } of packages) {
    const [{ filename }] = JSON.parse(
      execFileSync('npm', ['pack', '--json', '--pack-destination', root, folder], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }),
    ) as [{ filename: string }];
    tarballs.set(name, join(root, filename.replace('@', '').replace('/', '-')));
  }
  for (const { folder, name, exports } of packages) {
    const project = join(root, `use-${name.replaceAll(/\W+/g, '-')}`);
    mkdirSync(project);
    const file = (of: string): string => `file:${tarballs.get(of)}`;
    const readme = readFileSync(join(folder, 'README.md'), 'utf8');
    // What the README tells to install, and nothing else; the other tarballs stand for the registry.
    const told = (/^npm install (.*)$/m.exec(readme)?.[1].split(' ') ?? []).filter((of) => tarballs.has(of));
    const dependencies = Object.fromEntries([...new Set([name, ...told])].map((of) => [of, file(of)]));
    const overrides = Object.fromEntries(
      packages
        .filter((other) => !(other.name in dependencies))
        .map((other) => [other.name, file(other.name)]),
    );
    writeFileSync(
      join(project, 'package.json'),
      JSON.stringify({ private: true, type: 'module', dependencies, overrides }),
    );
    writeFileSync(join(project, 'index.mjs'), consumerOf(name, exports, readme));
    const steps: readonly (readonly [string, ...string[]])[] = [
      ['npm', 'install', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'],
      [process.execPath, 'index.mjs'],
      // The command line as installed: built packages, with a worker thread.
      ...(name === 'protonorm'
        ? ([['npx', '--no-install', 'protonorm', 'run', '--rounds', '1', '--workers', '1']] as const)
        : []),
    ];
    let problem: string | undefined;
    for (const [command, ...args] of steps) problem ??= run(project, command, args);
    process.stdout.write(`${problem === undefined ? 'ok  ' : 'FAIL'} ${name}\n${problem ?? ''}`);
    if (problem !== undefined) failed++;
  }
} finally {
  rmSync(root, { recursive: true, force: true });
}
process.exitCode = failed === 0 ? 0 : 1;

function run(cwd: string, command: string, args: readonly string[]): string | undefined {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8', timeout: 300_000 });
  return status === 0 ? undefined : `${stdout}${stderr}\n`;
}

/** Imports every door of the package (but the entries of worker threads) and runs the examples of its README. */
function consumerOf(name: string, exports: Readonly<Record<string, unknown>>, readme: string): string {
  const doors = Object.keys(exports).filter((door) => door !== './package.json' && !door.endsWith('worker'));
  const examples = Array.from(
    readme.matchAll(/^```ts\n(.*?)^```/gms),
    ([, code]) => runnableExample(code).script,
  );
  return [
    "import { inspect, isDeepStrictEqual } from 'node:util';",
    'const load = (name) => import(name);',
    'const check = (value, text, expected) => {',
    '  if (inspect(value) !== text && String(value) !== text && !isDeepStrictEqual(value, expected())) {',
    "    throw new Error('expected ' + text + ', received ' + inspect(value));",
    '  }',
    '};',
    ...doors.map(
      (door) => `await import(${JSON.stringify(door === '.' ? name : `${name}${door.slice(1)}`)});`,
    ),
    ...examples.map((script) => `await (async () => {\n${script}\n})();`),
  ].join('\n');
}
