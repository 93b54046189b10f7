import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { workplace, type CliCall, type Workplace } from './cli.test-support.ts';

/** A federation of processes gives what the simulation gives, to the bit, also where processes are killed. */
let place: Workplace;
beforeAll(async () => {
  place = await workplace();
});
afterAll(() => place[Symbol.asyncDispose]());

const CLIENTS = 3;
const ROUNDS = 4;
const recipe = {
  name: 'tiny',
  dataset: { name: 'digits', perClass: 30 },
  partition: { kind: 'dirichlet', clients: CLIENTS, alpha: 1, minSamples: 40 },
  models: 'HtDigits',
  features: 32,
  rounds: ROUNDS,
  local: { batchSize: 16, optimiser: { kind: 'sgd', learningRate: 0.05 } },
  backend: 'wasm-simd',
  strategies: [{ id: 'protonorm' }],
};

interface Results {
  readonly sha256: { readonly prototypes: string; readonly metrics: string };
  readonly summary: unknown;
}

async function resultsOf(folder: string): Promise<Results> {
  const { sha256, summary } = JSON.parse(await place.read(join(folder, 'results.json'))) as Results;
  return { sha256: { prototypes: sha256.prototypes, metrics: sha256.metrics }, summary };
}

/** Waits for a text on the standard error of a process. */
async function heard(call: CliCall, pattern: RegExp): Promise<RegExpExecArray> {
  let text = '';
  call.process.stderr!.on('data', (part: string) => (text += part));
  for (let waited = 0; waited < 60_000; waited += 20) {
    const found = pattern.exec(text);
    if (found) return found;
    if (call.process.exitCode !== null) throw new Error(`ended with ${call.process.exitCode}: ${text}`);
    await sleep(20);
  }
  throw new Error(`'${pattern.source}' was not said: ${text}`);
}

async function serving(out: string, port = '0'): Promise<{ readonly call: CliCall; readonly url: string }> {
  const call = place.start('serve', '--recipe', 'tiny.json', '--port', port, '--out', out, '--silence', '5');
  const [, url] = await heard(call, /at (http:\/\/127\.0\.0\.1:\d+)/);
  return { call, url };
}

beforeAll(async () => {
  await place.write('tiny.json', JSON.stringify(recipe));
  const run = await place.run('run', '--recipe', 'tiny.json', '--workers', '0', '--out', 'simulated');
  expect(run.code, run.stderr).toBe(0);
});

it('the final table of a federation of processes is that of the simulation, to the bit', async () => {
  const { call, url } = await serving('served');
  const devices = Array.from({ length: CLIENTS }, () => place.start('join', url));
  const server = await call.ended;
  expect(server.code, server.stderr).toBe(0);
  expect(server.stdout).toMatch(/^strategy +last 5/);
  for (const { ended } of devices) {
    const { code, stderr } = await ended;
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/The federation has ended: finished\.\n$/);
  }
  expect(await resultsOf('served')).toEqual(await resultsOf('simulated'));
});

it('also where the server and a client are killed in the middle, and started again', async () => {
  const first = await serving('killed');
  const join = (index: number): CliCall =>
    place.start('join', first.url, '--client', `client-${index}`, '--state', `device-${index}.bin`);
  const devices = Array.from({ length: CLIENTS }, (_, index) => join(index));
  await heard(devices[0], /round 1: training/);
  devices[0].process.kill('SIGKILL');
  first.call.process.kill('SIGKILL');
  await Promise.all([devices[0].ended, first.call.ended]);
  devices[0] = join(0);
  const { call } = await serving('killed', new URL(first.url).port);
  const server = await call.ended;
  expect(server.code, server.stderr).toBe(0);
  for (const { ended } of devices) expect((await ended).code).toBe(0);
  expect(await resultsOf('killed')).toEqual(await resultsOf('simulated'));
});

it('says where there is no server, no such federation, and no place', async () => {
  const nobody = await place.run('join', 'http://127.0.0.1:9');
  expect(nobody).toMatchObject({ code: 1, stderr: expect.stringContaining('There is no server at') });
  const { call, url } = await serving('refusing');
  const foreign = await place.run('join', url, '--federation', 'foreign');
  expect(foreign.stderr).toContain('access-denied');
  expect(foreign.code).toBe(2);
  const taken = await place.run('join', url, '--client', 'client-77');
  expect(taken.stderr).toContain("There is no place for a client 'client-77'");
  expect(taken.code).toBe(2);
  const twice = await place.run(
    'serve',
    '--recipe',
    'tiny.json',
    '--port',
    new URL(url).port,
    '--out',
    'other',
  );
  expect(twice).toMatchObject({ code: 2, stderr: expect.stringContaining('Another process listens there') });
  call.process.kill('SIGTERM');
  expect((await call.ended).code).toBe(130);
});
