import type { RunHistory, WarningSummary } from '@protonorm/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callCli, tinyRecipe, workplace, type CliResult, type Workplace } from './cli.test-support.ts';

/** The three failure signatures of the paper, each provoked by its recipe: docs/failure-signatures.md. */
let place: Workplace;
beforeAll(async () => {
  place = await workplace();
});
afterAll(() => place[Symbol.asyncDispose]());

interface Printed {
  readonly runs: readonly {
    readonly label: string;
    readonly status: string;
    readonly warnings: readonly WarningSummary[];
  }[];
}

const compare = (...args: readonly string[]): Promise<CliResult> =>
  callCli(place.path, 'compare', '--workers', '0', ...args);

/** `[code, first round]` of each strategy of a recipe; rounds count from 1, and have no targets in the first. */
async function codesOf(...args: readonly string[]): Promise<Record<string, (readonly [string, number])[]>> {
  const { code, stdout, stderr } = await compare(...args, '--json');
  expect(code, stderr).toBe(0);
  const { runs } = JSON.parse(stdout) as Printed;
  return Object.fromEntries(
    runs.map(({ label, warnings }) => [
      label,
      warnings.map((warning) => [warning.code, warning.firstRound + 1] as const),
    ]),
  );
}

describe('overlap', () => {
  it('is told in the first round where the alignment is too short, and its remedies are silent', async () => {
    const { code, stdout, stderr } = await compare(
      '--recipe',
      'failures/overlap',
      '--rounds',
      '3',
      '--out',
      'overlap',
    );
    expect(code, stderr).toBe(0);
    const told = stderr.split('\n').filter((line) => line.includes('warning'));
    expect(told).toEqual([
      expect.stringMatching(
        /^no-passes: warning \(prototype-overlap\) in round 1: .* raise the passes .*, or take the method 'auto'\.$/,
      ),
      expect.stringMatching(/^short-passes: warning \(prototype-overlap\) in round 1: /),
    ]);
    expect(stdout).toContain(
      '\nwarnings, with cause and remedy in the report:\nno-passes: prototype-overlap since round 1\nshort-passes: prototype-overlap since round 1\n\nresults ',
    );
    const page = await place.read('overlap/report.html');
    expect(page).toContain('<section id="warnings"');
    const { history } = JSON.parse(await place.read('overlap/no-passes-seed1/results.json')) as {
      history: RunHistory;
    };
    expect(history.rounds.map(({ warnings }) => warnings?.map(({ code: own }) => own))).toEqual(
      Array.from({ length: 3 }, () => ['prototype-overlap']),
    );
    const comparison = JSON.parse(await place.read('overlap/comparison.json')) as Printed;
    expect(comparison.runs.map(({ label, warnings }) => [label, warnings.length])).toEqual([
      ['no-passes', 1],
      ['short-passes', 1],
      ['released-passes', 0],
      ['exact', 0],
    ]);
    // Taken over instead of run again, they say the same.
    const again = await compare('--resume', 'overlap');
    expect(again.stdout).toContain('no-passes: prototype-overlap since round 1\n');
  });
});

describe('divergence', () => {
  it('is told in the first two rounds with targets, by scales that are too large', async () => {
    const told = await codesOf(
      '--recipe',
      'failures/divergence',
      '--strategies',
      'scale-5000,scale-1000,adaptive',
      '--rounds',
      '3',
    );
    expect(told['scale-5000']).toEqual([
      ['overshoot', 2],
      ['cross-entropy-jump', 2],
    ]);
    expect(told['scale-1000']).toEqual([['cross-entropy-jump', 2]]);
    expect(told.adaptive).toEqual([]); // the remedy that the messages name
  });

  it('is silent over ten rounds where the scale is lower', async () => {
    const given = ['--recipe', 'failures/divergence', '--strategies', 'scale-200,scale-80'];
    expect(await codesOf(...given)).toEqual({ 'scale-200': [], 'scale-80': [] });
  });

  it('is told as early where all clients have one model, and nothing is told of protonorm by default', async () => {
    await place.write(
      'alike.json',
      JSON.stringify({
        name: 'alike',
        dataset: { name: 'digits' },
        partition: { kind: 'dirichlet', clients: 10, alpha: 0.1, minSamples: 40, compat: 'numpy-legacy' },
        models: 'HmDigits',
        rounds: 3,
        local: { batchSize: 16 },
        strategies: [
          { id: 'protonorm-reference', label: 'scale-1000', hyper: { scale: 1000 } },
          { id: 'protonorm-reference', label: 'scale-80' },
          { id: 'protonorm' },
        ],
      }),
    );
    expect(await codesOf('--recipe', 'alike.json')).toEqual({
      'scale-1000': [['cross-entropy-jump', 3]],
      'scale-80': [],
      protonorm: [],
    });
  });

  it('that leaves the range of numbers ends the run with the same remedy, and keeps what was told before', async () => {
    const run = await callCli(
      place.path,
      'run',
      '--workers=0',
      '--recipe=failures/divergence',
      '--strategy=scale-5000',
      '--hyper=scale=1000000,lambda=1000,iterations=0',
      '--rounds=4',
      '--out=wild',
    );
    expect(run).toMatchObject({ code: 1, stdout: '' });
    expect(run.stderr).toMatch(
      /error \(diverged\): .*Lower .*the weight of the terms or the scale of the prototypes\./,
    );
    expect(run.stderr).toContain('warning (prototype-overlap) in round 1');
    expect(JSON.parse(await place.read('wild/diverged.json'))).toMatchObject({
      message: expect.stringContaining('the scale of the prototypes'),
    });
    expect(await callCli(place.path, 'report', 'wild')).toMatchObject({ code: 0 });
    const page = await place.read('wild/report.html');
    expect(page).toContain('Diverged:');
    expect(page).toContain('<code>prototype-overlap</code>');
  });
});

describe('a run of a comparison that diverged', () => {
  it('is summed up with what it warned of before', async () => {
    const wild = { scale: 1_000_000, lambda: 1000, iterations: 0 };
    const strategies = [{ id: 'local' }, { id: 'protonorm-reference', label: 'wild', hyper: wild }];
    await place.write('tiny.json', tinyRecipe({ strategies, local: { batchSize: 16 }, rounds: 3 }));
    const { code, stdout } = await compare('--recipe', 'tiny.json', '--out', 'tiny');
    expect(code).toBe(0);
    expect(stdout).toMatch(/wild .*1 of 1 diverged/);
    expect(stdout).toContain('wild: prototype-overlap since round 1\n');
    const { runs } = JSON.parse(await place.read('tiny/comparison.json')) as Printed;
    expect(runs[1]).toMatchObject({
      status: 'diverged',
      warnings: [{ code: 'prototype-overlap', firstRound: 0 }],
    });
  });
});

describe('communication', () => {
  it('is told in the first round of features that are too many, and not of as many as the message proposes', async () => {
    const { code, stdout, stderr } = await compare(
      '--recipe',
      'failures/communication',
      '--rounds',
      '1',
      '--out',
      'bytes',
    );
    expect(code, stderr).toBe(0);
    const [many, few] = stdout.split('\nreport ');
    expect(many).toContain(
      'protonorm-reference: excessive-dimensions since round 1\nprotonorm: excessive-dimensions',
    );
    expect(few).not.toContain('excessive-dimensions');
    expect(stderr).toMatch(
      /warning \(excessive-dimensions\) in round 1: .*4096 dimensions for 10 classes\. Set the feature size to 512 or so, which has 8 times fewer bytes\./,
    );
  });
});

describe('a single run', () => {
  it('ends with a line for each code, and has them in --json', async () => {
    const run = [
      'run',
      '--workers',
      '0',
      '--recipe',
      'failures/overlap',
      '--strategy',
      'no-passes',
      '--rounds',
      '2',
    ];
    const { stdout } = await callCli(place.path, ...run, '--out', 'single');
    expect(stdout).toContain('\nno-passes: prototype-overlap since round 1\n\nresults ');
    const printed = JSON.parse((await callCli(place.path, 'run', '--resume', 'single', '--json')).stdout);
    expect(printed.warnings).toMatchObject([
      {
        code: 'prototype-overlap',
        firstRound: 0,
        lastRound: 1,
        rounds: 2,
        message: expect.stringContaining('raise the passes'),
      },
    ]);
    const exact = await callCli(place.path, ...run, '--hyper', 'method=auto', '--out', 'remedied');
    expect(exact.stdout).not.toContain('warnings');
  });
});
