import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunProfile } from '../profile/round-profiles.ts';
import { callCli, tinyRecipe, workplace, type Workplace } from './cli.test-support.ts';

let place: Workplace;
beforeAll(async () => {
  place = await workplace();
  await place.write('tiny.json', tinyRecipe());
});
afterAll(() => place[Symbol.asyncDispose]());

describe('--profile', () => {
  it.each(['0', '2'])('says where the time of each round went, with %s workers', async (workers) => {
    const out = `profiled-${workers}`;
    const plain = `plain-${workers}`;
    const run = ['run', '--recipe', 'tiny.json', '--backend', 'wasm', '--workers', workers];
    const { code, stdout } = await callCli(place.path, ...run, '--profile', '--json', '--out', out);
    expect(code).toBe(0);
    const { profile, backend } = JSON.parse(stdout) as {
      profile: RunProfile;
      backend: { name: string; why: string };
    };
    expect(profile).toEqual(JSON.parse(await place.read(`${out}/profile.json`)));
    expect(backend.name).toMatch(/^wasm-(relaxed|simd)$/);
    expect(backend.why).toContain('was asked for (--backend wasm)');
    for (const { wallMs, kernelShare, sections } of profile.rounds) {
      expect(sections.reduce((sum, { ms }) => sum + ms, 0)).toBeCloseTo(wallMs, 3);
      expect(kernelShare).toBeGreaterThan(0);
      expect(sections.some(({ section }) => section.startsWith('kernel '))).toBe(true);
    }
    // Measuring changes no bit, and without it nothing is written.
    expect(await callCli(place.path, ...run, '--out', plain)).toMatchObject({ code: 0 });
    expect(await place.read(`${plain}/results.json`)).toBe(await place.read(`${out}/results.json`));
    await expect(place.read(`${plain}/profile.json`)).rejects.toThrow('ENOENT');
  });

  it('prints a table, of each run in a comparison', async () => {
    const compare = ['compare', '--recipe', 'tiny.json', '--strategies', 'local,fedproto', '--workers', '0'];
    const { code, stdout } = await callCli(place.path, ...compare, '--profile', '--out', 'compared');
    expect(code).toBe(0);
    for (const name of ['local', 'fedproto'])
      expect(stdout).toMatch(new RegExp(`^${name}, seed \\d+\nsection `, 'm'));
    expect(stdout).toMatch(/^all kernels +\d/m);
  });
});
