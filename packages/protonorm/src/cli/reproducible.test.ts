import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  appeared,
  ownStrategy,
  tinyRecipe,
  workplace,
  type CliCall,
  type Workplace,
} from './cli.test-support.ts';

/** Same seed, same bytes: for any number of workers, killed or interrupted in the middle, with the real program. */
let place: Workplace;

/** With a strategy of one's own, by its path. */
const run = ['run', '--recipe', 'tiny.json', '--strategy', './mine.ts', '--seed', '7'] as const;

beforeAll(async () => {
  place = await workplace();
  await place.write('tiny.json', tinyRecipe({ rounds: 3 }));
  await place.write('mine.ts', ownStrategy({ gate: join(place.path, 'closed') }));
  expect(await place.run(...run, '--workers', '0', '--out', 'reference')).toMatchObject({ code: 0 });
}, 120_000);

afterAll(() => place[Symbol.asyncDispose]());

/** Starts a call that comes to a halt in round 2. */
async function halted(folder: string, ...args: readonly string[]): Promise<CliCall> {
  await place.write('closed', '');
  const call = place.start(...args);
  await appeared(join(place.path, folder, 'round-0002'), call);
  return call;
}

const open = (): Promise<void> => rm(join(place.path, 'closed'));

const results = (folder: string): Promise<string> => place.read(`${folder}/results.json`);

describe('one seed', () => {
  it.each(['1', '2'])('gives the same bytes with %s workers', async (workers) => {
    const out = `workers-${workers}`;
    expect(await place.run(...run, '--workers', workers, '--out', out)).toMatchObject({ code: 0 });
    expect(await results(out)).toBe(await results('reference'));
  });

  it('gives the same bytes when killed in the middle and resumed with other workers, from another folder', async () => {
    const call = await halted('killed', ...run, '--workers', '8', '--out', 'killed');
    call.process.kill('SIGKILL');
    expect(await call.ended).toMatchObject({ code: null });
    const left = await place.hash('killed');
    await open();
    await sleep(200);
    // Nobody goes on: the workers are threads of the process that was killed.
    expect(await place.hash('killed')).toBe(left);

    await using elsewhere = await workplace();
    const resumed = await elsewhere.run('run', '--resume', join(place.path, 'killed'), '--workers', '0');
    expect(resumed).toMatchObject({ code: 0 });
    expect(resumed.stderr).toContain('goes on behind round 2');
    expect(await results('killed')).toBe(await results('reference'));
  });

  it.each(['0', '1'])(
    'gives the same bytes when interrupted by Ctrl-C on %s workers, and resumed',
    async (workers) => {
      const out = `interrupted-${workers}`;
      const call = await halted(out, ...run, '--workers', workers, '--out', out);
      const busy = await place.run('run', '--resume', out);
      expect(busy).toMatchObject({ code: 2 });
      expect(busy.stderr).toMatch(/error \(invalid-run\): .* is in use by process \d+/);
      call.process.kill('SIGINT');
      const { code, stderr, stdout } = await call.ended;
      await open();
      expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
      expect(stderr).toContain(`Go on by: protonorm run --resume ${out}`);
      expect(stderr).not.toContain('error');

      const report = await place.run('report', out, '--out', 'half.html');
      expect(report).toMatchObject({ code: 0, stdout: 'report  half.html\n' });

      const resumed = await place.run('run', '--out', out, '--resume', '--json');
      expect(resumed).toMatchObject({ code: 0 });
      expect(JSON.parse(resumed.stdout)).toMatchObject({ folder: out, label: 'mine', seed: 7 });
      expect(await results(out)).toBe(await results('reference'));
    },
  );

  it('a finished run is shown again, not run again', async () => {
    const before = await place.read('reference/events.jsonl');
    const again = await place.run('run', '--resume', 'reference');
    expect(again).toMatchObject({ code: 0 });
    expect(again.stderr).toContain('is finished');
    expect(await place.read('reference/events.jsonl')).toBe(before);
  });

  it('a strategy that has changed since does not go on', async () => {
    await place.copy('reference', 'changed', { 'results.json': null });
    await place.copy('mine.ts', 'kept.ts');
    await place.write('mine.ts', `${await place.read('mine.ts')}// changed\n`);
    const refused = await place.run('run', '--resume', 'changed');
    await place.copy('kept.ts', 'mine.ts');
    expect(refused).toMatchObject({ code: 2 });
    expect(refused.stderr).toContain('another content of');
  });
});

describe('a recipe with prototypes in fewer bytes', () => {
  it('gives the same bytes with any number of workers, fewer of them on the wire, and goes on as it began', async () => {
    const prototypes = { precision: 'int8', keep: 0.5 };
    await place.write('int8.json', tinyRecipe({ prototypes }));
    const call = ['run', '--strategy', 'fedproto', '--recipe'];
    for (const [recipe, workers, out] of [
      ['tiny.json', '0', 'float32'],
      ['int8.json', '0', 'int8'],
      ['int8.json', '2', 'int8-workers'],
    ]) {
      const ended = await place.run(...call, recipe, '--rounds', '2', '--workers', workers, '--out', out);
      expect(ended).toMatchObject({ code: 0 });
    }
    expect(await results('int8-workers')).toBe(await results('int8'));
    const bytes = async (folder: string): Promise<number> =>
      (JSON.parse(await results(folder)) as { history: { rounds: { bytesUp: number }[] } }).history.rounds[1]
        .bytesUp;
    expect(await bytes('int8')).toBeLessThan(0.6 * (await bytes('float32')));
    const manifest = JSON.parse(await place.read('int8/manifest.json')) as { recipe: { prototypes: object } };
    expect(manifest.recipe.prototypes).toEqual(prototypes);

    const other = { ...manifest, recipe: { ...manifest.recipe, prototypes: { ...prototypes, keep: 1 } } };
    await place.copy('int8', 'other', {
      'results.json': null,
      'manifest.json': () => JSON.stringify(other),
    });
    const refused = await place.run('run', '--resume', 'other', '--workers', '0');
    expect(refused).toMatchObject({ code: 2 });
    expect(refused.stderr).toContain('the prototypes {"precision":"int8","keep":0.5}, not {');
  });
});

describe('a comparison', () => {
  it('interrupted and resumed, gives the bytes of one without interruption', async () => {
    const compare = ['compare', '--recipe', 'tiny.json', '--strategies', 'local,./mine.ts', '--seeds', '1,2'];
    const call = await halted('cut/mine-seed1', ...compare, '--out', 'cut');
    call.process.kill('SIGINT');
    const cut = await call.ended;
    await open();
    expect(cut).toMatchObject({ code: 130 });
    expect(cut.stderr).toContain('Go on by: protonorm compare --resume cut');
    expect(await place.run('compare', '--resume', 'cut', '--workers', '0')).toMatchObject({ code: 0 });

    const whole = await place.run(...compare, '--workers', '0', '--out', 'whole');
    expect(whole).toMatchObject({ code: 0 });
    expect(whole.stdout).toMatch(/^strategy .*\n.*\nlocal .* ± /);
    expect(whole.stdout).toContain('Best on the last five rounds');
    expect(await place.read('cut/comparison.json')).toBe(await place.read('whole/comparison.json'));
    expect(await place.run('report', 'cut')).toMatchObject({ code: 0 });
  });
});
