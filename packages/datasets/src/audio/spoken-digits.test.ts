import { checkDataset } from '@protonorm/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { logMel } from './log-mel.ts';
import { powerSpectrum } from './power-spectrum.ts';
import { parseSpokenDigits } from './spoken-digits.ts';
import { parseWav } from './wav.ts';
import { wavFile } from './wav.test-support.ts';

const code = (name: string) => expect.objectContaining({ code: name });
const tone = (hertz: number, length = 512) =>
  Array.from({ length }, (_, i) => Math.round(10_000 * Math.sin((2 * Math.PI * hertz * i) / 8000)));

describe('parseWav', () => {
  it('reads the samples that were written', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -32768, max: 32767 })), (samples) => {
        const wav = parseWav(wavFile(samples, { sampleRate: 16_000 }));
        expect(wav.sampleRate).toBe(16_000);
        expect(Array.from(wav.samples, (value) => value * 32768)).toEqual(samples);
      }),
      { seed: 2 },
    );
  });

  it.each([
    [new Uint8Array(4), 'is no WAV file'],
    [wavFile([1, 2]).subarray(0, 60), 'ends before its samples'],
    [wavFile([1], { channels: 2 }), 'has the format 1 with 2 channels of 16 bits'],
    [wavFile([1], { bits: 8 }), 'has the format 1 with 1 channels of 8 bits'],
  ])('refuses other files', (bytes, message) => {
    expect(() => parseWav(bytes, 'a.wav')).toThrow(code('data-corrupt'));
    expect(() => parseWav(bytes, 'a.wav')).toThrow(`a.wav ${message}`);
  });
});

describe('powerSpectrum', () => {
  it('is that of the sums of its definition', () => {
    for (const n of [2, 8, 64]) {
      const signal = Float64Array.from({ length: n }, (_, i) => Math.sin(i * i) + 0.3);
      const power = powerSpectrum(n)(signal);
      expect(power).toHaveLength(n / 2 + 1);
      power.forEach((value, k) => {
        const [re, im] = [Math.cos, Math.sin].map((f) =>
          signal.reduce((sum, x, i) => sum + x * f((2 * Math.PI * k * i) / n), 0),
        );
        expect(value).toBeCloseTo(re ** 2 + im ** 2, 9);
      });
    }
  });
});

describe('logMel', () => {
  const options = { sampleRate: 8000, window: 256, hop: 128, bands: 20 };
  const mel = (hertz: number) => 2595 * Math.log10(1 + hertz / 700);

  it.each([500, 1000, 2000, 3000])('a tone of %i Hz is loudest in the band around it', (hertz) => {
    const energies = logMel(parseWav(wavFile(tone(hertz))).samples, options);
    expect(energies).toHaveLength(20);
    const loudest = energies
      .map((band) => band[1])
      .reduce((best, value, i, all) => (value > all[best] ? i : best), 0);
    expect(loudest).toBe(Math.round((mel(hertz) / mel(4000)) * 21) - 1);
  });

  it('has a frame for every 128 samples, one for less than a window, and finite numbers for silence', () => {
    const frames = (length: number) => logMel(new Float32Array(length), options)[0];
    expect([0, 100, 256, 383, 384, 1000].map((length) => frames(length).length)).toEqual([1, 1, 1, 1, 2, 6]);
    expect(frames(256)[0]).toBe(Math.log(1e-7));
  });
});

describe('parseSpokenDigits', () => {
  const files = [
    { name: 'x/recordings/3_zoe_10.wav', bytes: wavFile(tone(500, 900)) },
    { name: '3_zoe_2.wav', bytes: wavFile(tone(900)) },
    { name: '3_adam_0.wav', bytes: wavFile(tone(700)) },
    { name: '0_zoe_0.wav', bytes: wavFile(tone(2000)) },
    { name: 'readme.txt', bytes: new Uint8Array(3) },
  ];

  it('labels by digit, groups by speaker, sorts, cuts and pads', () => {
    const dataset = checkDataset(parseSpokenDigits(files, { frames: 4 }));
    expect(dataset.shape).toEqual([4, 1, 20]);
    expect([...dataset.labels]).toEqual([0, 3, 3, 3]);
    expect([...dataset.groups!]).toEqual([1, 0, 1, 1]);
    expect(dataset.groupNames).toEqual(['adam', 'zoe']);
    // Three frames of 512 samples, then zeros; the last recording has six.
    const lastFrame = (row: number) => dataset.inputs.subarray((row * 4 + 3) * 20, (row * 4 + 4) * 20);
    expect([0, 1, 2, 3].map((row) => lastFrame(row).every((value) => value === 0))).toEqual([
      true,
      true,
      true,
      false,
    ]);
    expect(parseSpokenDigits(files).shape).toEqual([48, 1, 20]);
  });

  it('refuses another rate, and nothing to read', () => {
    const fast = [{ name: '1_a_0.wav', bytes: wavFile([1, 2], { sampleRate: 16_000 }) }];
    expect(() => parseSpokenDigits(fast)).toThrow(code('data-corrupt'));
    expect(() => parseSpokenDigits(fast)).toThrow('1_a_0.wav has 16000 samples in a second');
    expect(() => parseSpokenDigits(files.slice(-1))).toThrow(code('data-not-found'));
    expect(() => parseSpokenDigits(files, { frames: 0 })).toThrow(code('invalid-argument'));
  });
});
