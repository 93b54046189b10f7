import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const packageFolder = fileURLToPath(new URL('../../', import.meta.url));

/** The real program. */
const program = join(packageFolder, 'bin/protonorm.js');

/** What a call of the program gave. */
export interface CliResult {
  /** Exit code; null when it was ended by a signal. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A call that is still going on. */
export interface CliCall {
  readonly process: ChildProcess;
  readonly ended: Promise<CliResult>;
}

/** A folder for one test, below which the packages can be imported, as in a user's project. */
export interface Workplace extends AsyncDisposable {
  readonly path: string;
  /** Starts the program in this folder. */
  start(...args: readonly string[]): CliCall;
  /** Runs the program in this folder to its end. */
  run(...args: readonly string[]): Promise<CliResult>;
  /** Writes a file, with its folders. */
  write(name: string, content: string | Uint8Array): Promise<string>;
  read(name: string): Promise<string>;
  /** A copy of a file or folder, with some of its files changed (as text of one byte a character) or, by null, removed. */
  copy(
    from: string,
    to: string,
    changes?: Readonly<Record<string, ((text: string) => string) | null>>,
  ): Promise<void>;
  /** One hash of names and contents of all files in it. */
  hash(name?: string): Promise<string>;
}

/** Makes an empty workplace. */
export async function workplace(): Promise<Workplace> {
  const path = await mkdtemp(join(tmpdir(), 'protonorm-cli-'));
  await symlink(join(packageFolder, '../../node_modules'), join(path, 'node_modules'));
  const start = (...args: readonly string[]): CliCall => {
    const child = spawn(process.execPath, [program, ...args], {
      cwd: path,
      // Compiled code is kept between the calls of a machine: half of a short call is compilation.
      env: {
        PATH: process.env.PATH,
        HOME: path,
        NODE_COMPILE_CACHE: join(tmpdir(), 'protonorm-compile-cache'),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const ended = new Promise<CliResult>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => resolve({ code, stdout, stderr }));
    });
    return { process: child, ended };
  };
  return {
    path,
    start,
    run: (...args) => start(...args).ended,
    async write(name, content) {
      const file = join(path, name);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, content);
      return file;
    },
    read: (name) => readFile(join(path, name), 'utf8'),
    async copy(from, to, changes = {}) {
      await cp(join(path, from), join(path, to), { recursive: true });
      for (const [name, change] of Object.entries(changes)) {
        const file = join(path, to, name);
        if (change === null) await rm(file);
        else await writeFile(file, change(await readFile(file, 'latin1')), 'latin1');
      }
    },
    hash: (name = '.') => folderHash(join(path, name)),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}

async function folderHash(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const hash = createHash('sha256');
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  for (const file of files.sort()) hash.update(`${relative(folder, file)}\0`).update(await readFile(file));
  return hash.digest('hex');
}

/**
 * Runs a command line in this process, in a folder: the same code without the start of a process. One at a time, because
 * folder and outputs are the process's own.
 */
export async function callCli(folder: string, ...args: readonly string[]): Promise<CliResult> {
  const written = { stdout: '', stderr: '' };
  const original = { stdout: process.stdout.write, stderr: process.stderr.write };
  const home = process.cwd();
  process.chdir(folder);
  for (const name of ['stdout', 'stderr'] as const) {
    process[name].write = (text: unknown): boolean => {
      written[name] += String(text);
      return true;
    };
  }
  try {
    const { runCli } = await import('./main.ts');
    const code = await runCli(args);
    return { code, ...written };
  } finally {
    Object.assign(process.stdout, { write: original.stdout });
    Object.assign(process.stderr, { write: original.stderr });
    process.chdir(home);
    process.exitCode = undefined;
  }
}

/** Waits until something is there, for as long as the call goes on. */
export async function appeared(path: string, call: CliCall): Promise<void> {
  while (!existsSync(path)) {
    if (call.process.exitCode !== null || call.process.signalCode !== null) {
      throw new Error(`the program has ended before ${path} was there: ${(await call.ended).stderr}`);
    }
    await sleep(5);
  }
}

/**
 * Tells what is wrong with a refusal: it must end with exit code 2 and one message of this error code with these parts,
 * without any stack trace; undefined = nothing.
 */
export function faultOf(
  { code, stdout, stderr }: CliResult,
  error: string,
  parts: readonly string[],
): string | undefined {
  const messages = stderr.split('\n').filter((line) => /error/i.test(line));
  const missing = parts.filter((part) => !stderr.includes(part));
  if (code !== 2) return `exit code ${code}: ${stderr}`;
  if (stdout !== '') return `standard output: ${stdout}`;
  if (messages.length !== 1) return `${messages.length} errors: ${stderr}`;
  if (!messages[0].startsWith(`error (${error}): `)) return `another error: ${stderr}`;
  if (missing.length > 0) return `the message lacks ${missing.join(', ')}: ${stderr}`;
  return /^\s+at .*:\d+/m.test(stderr) ? `a stack trace: ${stderr}` : undefined;
}

/** A recipe that trains for a second. */
export function tinyRecipe(changes: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    name: 'tiny',
    dataset: { name: 'digits' },
    partition: { kind: 'dirichlet', clients: 3, alpha: 0.5, minSamples: 40 },
    models: ['linear', 'digits-mlp'],
    features: 16,
    rounds: 2,
    local: { batchSize: 64 },
    strategies: [{ id: 'local' }, { id: 'protonorm-reference' }],
    ...changes,
  });
}

/**
 * The module of a strategy of a user's own: FedProto's exchange in its shortest form.
 *
 * @param options.gate - a path: from round 2 on, clients wait while it exists, so that a test can end the run there
 */
export function ownStrategy({
  up = '{ prototypes: means.prototypes() }',
  id = 'mine',
  gate = '',
}: { readonly up?: string; readonly id?: string; readonly gate?: string } = {}): string {
  return `
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { classMeans } from '@protonorm/prototype-math';
import { defineStrategy, number, reduce, t, trainLocally } from '@protonorm/strategy';

export default defineStrategy({
  id: '${id}',
  version: 1,
  summary: 'A strategy of my own.',
  hyper: { lambda: number(1, { min: 0, max: 10, description: 'Weight of the pull.' }) },
  down: { prototypes: t.prototypes('d') },
  up: { prototypes: t.prototypes('d') },
  capabilities: { headsMayDiffer: true },
  client: {
    init: () => null,
    async round(context) {
      const { down, hyper, federation, round, signal } = context;
      while (round >= 2 && existsSync(${JSON.stringify(gate)})) await sleep(5, null, { signal });
      const means = classMeans(federation.features);
      await trainLocally(context, {
        terms: [
          { kind: 'crossEntropy' },
          ...(down ? [{ kind: 'pull', prototypes: down.prototypes, weight: hyper.lambda } as const] : []),
        ],
        onBatch: (report, batch) => means.add(report.features, batch.labels),
      });
      return { up: ${up}, state: null };
    },
    scores: (_: unknown, { logits }: { logits: Float32Array }) => logits,
  },
  server: {
    init: () => ({ state: null, down: undefined }),
    reduce: reduce.meanByClass('prototypes'),
    finish: ({ reduced }) => ({ state: null, down: { prototypes: reduced } }),
  },
});
`;
}
