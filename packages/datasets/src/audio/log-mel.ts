import { powerSpectrum } from './power-spectrum.ts';

/** Settings of {@link logMel}. */
export interface LogMelOptions {
  /** Samples in a second. */
  readonly sampleRate: number;
  /** Samples of a frame, a power of two. */
  readonly window: number;
  /** Samples from one frame to the next. */
  readonly hop: number;
  /** Number of mel bands. */
  readonly bands: number;
}

/** Least energy of a band: about that of the rounding to 16 bits, so that digital silence has a finite logarithm. */
const FLOOR = 1e-7;

/**
 * Logarithms of the energies in mel bands: Hann windows, power spectrum, triangles that are equally wide on the mel scale
 * m = 2595 log10(1 + f / 700) from 0 to half the sample rate, natural logarithm.
 *
 * Source: Davis and Mermelstein, IEEE TASSP 28 (1980); the mel formula and the triangles as in HTK (section 5.6 of its book).
 *
 * @param samples - any length; less than a window is filled up with silence, what does not fill a last frame is left out
 * @returns for each band its values over the frames
 */
export function logMel(samples: Float32Array, options: LogMelOptions): readonly Float64Array[] {
  const { window, hop, bands } = options;
  const frames = Math.max(0, Math.floor((samples.length - window) / hop)) + 1;
  const triangles = melTriangles(options);
  const hann = Float64Array.from(
    { length: window },
    (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / window),
  );
  const spectrum = powerSpectrum(window);
  const weighted = new Float64Array(window);
  const energies = Array.from({ length: bands }, () => new Float64Array(frames));
  for (let frame = 0; frame < frames; frame++) {
    for (let i = 0; i < window; i++) weighted[i] = hann[i] * (samples[frame * hop + i] ?? 0);
    const power = spectrum(weighted);
    triangles.forEach((triangle, band) => {
      let sum = 0;
      for (let k = 0; k < triangle.length; k++) sum += triangle[k] * power[k];
      energies[band][frame] = Math.log(Math.max(sum / window, FLOOR));
    });
  }
  return energies;
}

/** Weights of each frequency 0..window/2 in each band. */
function melTriangles({ sampleRate, window, bands }: LogMelOptions): readonly Float64Array[] {
  const mel = (hertz: number): number => 2595 * Math.log10(1 + hertz / 700);
  const step = mel(sampleRate / 2) / (bands + 1);
  return Array.from({ length: bands }, (_, band) =>
    Float64Array.from({ length: window / 2 + 1 }, (_, k) => {
      const distance = Math.abs(mel((k * sampleRate) / window) / step - (band + 1));
      return Math.max(0, 1 - distance);
    }),
  );
}
