import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

function fuzz(...args: string[]) {
  const main = fileURLToPath(new URL('main.ts', import.meta.url));
  return spawnSync(process.execPath, ['--conditions=@protonorm/source', main, ...args], { encoding: 'utf8' });
}

describe('npm run fuzz', () => {
  it('says what it did, with exit code 0', () => {
    const { status, stdout } = fuzz('--bytes', '30000', '--seed', '7');
    expect(stdout).toMatch(/^seed 7: [\d,]+ frames, 3\d,\d{3} bytes in \d+\.\d s, ended by bytes$/m);
    for (const name of ['decodeWireMessage', 'FrameReceiver', 'createCodec.decode'])
      expect(stdout).toMatch(new RegExp(`^${name}: \\d+ cases`, 'm'));
    expect(stdout).toMatch(/^highest memory: \d+ MiB resident/m);
    expect(stdout).toContain('Only errors of the protocol came out.');
    expect(status).toBe(0);
  });

  it('gives the report as JSON, and ends behind its time', () => {
    const { status, stdout } = fuzz('--seconds', '0.05', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ seed: 1, endedBy: 'seconds', findings: [] });
    expect(status).toBe(0);
  });

  it.each([['--bytes=0'], ['--bytes=many'], ['--seconds=-1'], ['--seed=1.5'], ['--sed=1'], ['file']])(
    'refuses %s with exit code 2',
    (flag) => {
      const { status, stderr } = fuzz(flag);
      expect(stderr).toMatch(/^error \(invalid-argument\): .*\n?.*Usage: npm run fuzz/);
      expect(status).toBe(2);
    },
  );
});
