import { ProtoNormError } from '@protonorm/tensor';
import { describe, expect, it } from 'vitest';
import { MESSAGE_ERRORS, type FuzzTarget } from './fuzz-target.ts';
import { runFuzz, type FuzzReport } from './run-fuzz.ts';
import { frameReceiverTarget } from './targets/frame-receiver.ts';
import { strategyCodecTarget } from './targets/strategy-codec.ts';
import { wireMessageTarget } from './targets/wire-message.ts';
import { strangeWireFrame } from './wire-bytes.ts';

const targets = [wireMessageTarget, frameReceiverTarget, strategyCodecTarget];

/** A clock on which each look takes a millisecond. */
function countingClock(): () => number {
  let time = 0;
  return () => time++;
}

function targetOf(take: FuzzTarget['take'], name = 'toy'): FuzzTarget {
  return { name, codes: MESSAGE_ERRORS, draw: (rng) => [strangeWireFrame(rng)], take };
}

function kinds({ targets }: FuzzReport): string[][] {
  return targets.map(({ errors, accepted }) => [
    ...Object.keys(errors).sort(),
    ...(accepted > 0 ? ['accepted'] : []),
  ]);
}

describe('runFuzz', () => {
  it('finds nothing in what reads bytes of strangers, and reaches all of its answers', async () => {
    const report = await runFuzz({ targets, seed: 5, bytes: 600_000, now: countingClock() });
    expect(report.findings).toEqual([]);
    expect(report.endedBy).toBe('bytes');
    expect(kinds(report)).toEqual([
      ['message-corrupt', 'schema-violation', 'accepted'],
      ['message-corrupt', 'message-too-large', 'schema-violation', 'accepted'],
      ['message-corrupt', 'schema-violation', 'accepted'],
    ]);
    expect(report.highestMemory.rss).toBeGreaterThan(0);
  });

  it('draws the same cases from the same seed, others from another one', async () => {
    const run = (seed: number) => runFuzz({ targets, seed, bytes: 60_000, now: countingClock() });
    const [a, b, c] = [await run(1), await run(1), await run(2)];
    const counts = ({ targets }: FuzzReport) =>
      targets.map(({ cases, frames, bytes, accepted, errors }) => ({
        cases,
        frames,
        bytes,
        accepted,
        errors,
      }));
    expect(counts(a)).toEqual(counts(b));
    expect(counts(a)).not.toEqual(counts(c));
  });

  it('gives targets about as many bytes each, and ends behind its limit', async () => {
    const { bytes, targets: reports } = await runFuzz({
      targets,
      seed: 1,
      bytes: 90_000,
      now: countingClock(),
    });
    expect(bytes).toBeGreaterThanOrEqual(90_000);
    expect(bytes).toBeLessThan(130_000);
    for (const report of reports) expect(report.bytes).toBeGreaterThan(20_000);
  });

  it('ends behind its time, at a signal, and refuses to run without end', async () => {
    const idle = [targetOf(() => undefined)];
    const timed = await runFuzz({ targets: idle, seed: 1, seconds: 1, now: countingClock() });
    expect(timed).toMatchObject({ endedBy: 'seconds', findings: [] });
    const signal = AbortSignal.abort();
    const stopped = await runFuzz({ targets: idle, seed: 1, bytes: 1e6, now: countingClock(), signal });
    expect(stopped).toMatchObject({ endedBy: 'signal', frames: 0 });
    await expect(runFuzz({ targets: idle, seed: 1, now: countingClock() })).rejects.toThrow('a limit');
  });

  it.each<[string, FuzzTarget['take'], RegExp]>([
    [
      'another error',
      () => {
        throw new RangeError('Invalid typed array length');
      },
      /^RangeError: Invalid typed array length at /,
    ],
    [
      'an error of another code',
      () => {
        throw new ProtoNormError('not-finite', 'NaN.');
      },
      /^ProtoNormError: NaN\. at /,
    ],
    ['a promise that rejects', () => Promise.reject(new TypeError('undefined')), /^TypeError: undefined/],
    ['a promise that does not settle', () => new Promise(() => {}), /did not settle within 1 ms/],
  ])('finds %s, and ends behind ten of them', async (_, take, message) => {
    const report = await runFuzz({
      targets: [targetOf(take)],
      seed: 3,
      bytes: 1e6,
      now: countingClock(),
      settleMs: 1,
    });
    expect(report.endedBy).toBe('findings');
    expect(report.findings).toHaveLength(10);
    for (const finding of report.findings) {
      expect(finding.error).toMatch(message);
      expect(finding.frames).toHaveLength(1);
    }
  });

  it('finds a decoder that trusts a length, or the depth of a header, or nothing but the checksum', async () => {
    const trustsLength = targetOf((frames) => {
      for (const frame of frames) {
        const view = new DataView(Uint8Array.from(frame).buffer);
        if (frame.length >= 16) view.getUint8(15 + view.getUint32(8, true));
      }
    });
    const recurses = targetOf(([frame]) => {
      const text = Buffer.from(frame).toString('latin1');
      const levels = Math.max(...(text.match(/\[+/g) ?? ['']).map(({ length }) => length));
      if (levels > 5000) throw new RangeError('Maximum call stack size exceeded');
    });
    const takesPrototypes = targetOf(([frame]) => {
      if (Buffer.from(frame).toString('latin1').includes('{"__proto__":')) throw new TypeError('polluted');
    });
    for (const target of [trustsLength, recurses, takesPrototypes]) {
      const { findings } = await runFuzz({
        targets: [target],
        seed: 1,
        bytes: 3_000_000,
        now: countingClock(),
      });
      expect(findings.length).toBeGreaterThan(0);
    }
  });

  it('tells what is slowest by the clock that it was given', async () => {
    let time = 0;
    let taken = 0;
    const slow = targetOf(() => {
      taken++;
      if (taken === 7) time += 500;
    });
    const { targets: reports } = await runFuzz({ targets: [slow], seed: 1, bytes: 20_000, now: () => time });
    expect(reports[0].slowest).toEqual({ ms: 500, case: 6 });
  });
});
