import { ProtoNormError, type Dataset } from '@protonorm/tensor';

import { stackSeries } from '../time-series/stack-series.ts';
import { logMel } from './log-mel.ts';
import { parseWav } from './wav.ts';

/** A recording with its file name. */
export interface SpokenDigitFile {
  /** `{digit}_{speaker}_{take}.wav`, folders before it or not. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Settings of {@link parseSpokenDigits}. */
export interface SpokenDigitsOptions {
  /**
   * Frames of every sample: 128 samples (16 ms) from one to the next; longer recordings are cut at the end.
   *
   * @defaultValue 48
   */
  readonly frames?: number;
  /** Brings each band to mean 0 and standard deviation 1 over all frames of all recordings. @defaultValue true */
  readonly standardise?: boolean;
}

const RECORDING = /(?:^|[\\/])(\d)_([^_\\/]+)_(\d+)\.wav$/;
const SAMPLE_RATE = 8000;

/** Whether a file name is that of a recording: `{digit}_{speaker}_{take}.wav`. */
export function isSpokenDigit(name: string): boolean {
  return RECORDING.test(name);
}

/**
 * Makes a data set of spoken digits, as in the Free Spoken Digit Dataset (FSDD): the label is the digit, the owner of a
 * sample its speaker, so that a natural partition gives each client a voice.
 *
 * Inputs are log-mel spectrograms of the shape [frames, 1, 20]: windows of 256 samples (32 ms), 128 apart, 20 bands up to
 * 4 kHz. Each band is standardised over all recordings; those shorter than `frames` end with zeros, the mean. Sines and
 * logarithms are the engine's: the last bits of the inputs may differ from one engine to another.
 *
 * @param files - WAV files, 8 kHz, 16-bit PCM, one channel; others than `{digit}_{speaker}_{take}.wav` are passed over
 * @returns samples sorted by digit, speaker and take; 10 classes; the groups are the speakers, sorted by name
 * @throws `data-not-found` when there is no recording; `data-corrupt` for another format; `invalid-argument` for a number of
 *   frames that is no integer >= 1
 */
export function parseSpokenDigits(
  files: readonly SpokenDigitFile[],
  options: SpokenDigitsOptions = {},
): Dataset {
  const { frames = 48, standardise = true } = options;
  const recordings = files.flatMap(({ name, bytes }) => {
    const [, digit, speaker, take] = RECORDING.exec(name) ?? [];
    return digit === undefined ? [] : [{ name, bytes, digit: Number(digit), speaker, take: Number(take) }];
  });
  if (recordings.length === 0) {
    throw new ProtoNormError('data-not-found', 'There is no recording {digit}_{speaker}_{take}.wav.', {
      received: files.length,
      expected: '0_jackson_0.wav',
    });
  }
  const groupNames = [...new Set(recordings.map(({ speaker }) => speaker))].sort();
  const speakers = new Map(groupNames.map((speaker, group) => [speaker, group]));
  const groupOf = (speaker: string): number => speakers.get(speaker)!;
  recordings.sort((a, b) => a.digit - b.digit || groupOf(a.speaker) - groupOf(b.speaker) || a.take - b.take);
  const series = recordings.map(({ name, bytes }) => {
    const { sampleRate, samples } = parseWav(bytes, name);
    if (sampleRate !== SAMPLE_RATE) {
      throw new ProtoNormError('data-corrupt', `${name} has ${sampleRate} samples in a second.`, {
        received: sampleRate,
        expected: SAMPLE_RATE,
        hint: 'Convert it to 8 kHz.',
      });
    }
    return logMel(samples, { sampleRate, window: 256, hop: 128, bands: 20 });
  });
  return {
    name: 'spoken-digits',
    ...stackSeries(series, { length: frames, standardise }),
    classes: 10,
    classNames: Array.from('0123456789'),
    length: recordings.length,
    labels: Int32Array.from(recordings, ({ digit }) => digit),
    groups: Int32Array.from(recordings, ({ speaker }) => groupOf(speaker)),
    groupNames,
    source: `${recordings.length} recordings of ${groupNames.length} speakers, named as in the Free Spoken Digit Dataset`,
    licence: 'not stated; that of FSDD is CC-BY-SA-4.0',
  };
}
