import { beforeAll, expect, test } from 'vitest';
import { compileKernels, type Replacement } from '../../build/compile-kernels.ts';
import type { Kernels } from '../kernels.ts';
import { allChecks } from './checks/all-checks.test-support.ts';
import { KernelBench } from './checks/kernel-bench.test-support.ts';

type Break = readonly [file: string, from: string, to: string];

/** One token of each kernel that is changed: its check must notice. */
const breaks: Readonly<Record<keyof Kernels, Break>> = {
  activate: ['activation', 'row * xRow', 'row * yRow'],
  activateGradient: ['activation', 'dyPixel << 2', 'dxPixel << 2'],
  adam: ['optimiser', '1 - beta2', '1 - beta1'],
  adaptiveAveragePool1d: ['pooling', 'outputs - 1', 'outputs - 2'],
  adaptiveAveragePool1dGradient: ['pooling', '!accumulate', 'accumulate'],
  addImages: ['elementwise', 'row * yRow', 'row * xRow'],
  addProximal: ['optimiser', 'f32x4.sub', 'f32x4.add'],
  batchNormApply: ['batch-norm', 'SILU', 'SILU - 1'],
  batchNormGradient: ['batch-norm-gradient', 'nmadd', 'madd'],
  batchNormGradientSums: ['batch-norm-gradient', 'f32x4.sub', 'f32x4.add'],
  batchNormStatistics: ['batch-norm-statistics', 'count - 1', 'count - 0'],
  columnSums: ['elementwise', 'line === height', 'line === width'],
  contrastive: ['loss', 'p - 1', 'p - 2'],
  copyImages: ['elementwise', 'row * yRow', 'row * xRow'],
  crossEntropy: ['loss', 'p - 1', 'p'],
  depthwise: ['depthwise', 'kw * xPixel', 'kw * yPixel'],
  depthwiseFilterGradient: ['depthwise-filter-gradient', 'pixel << 1', 'pixel << 2'],
  depthwiseFilterGradientWithoutHalo: ['depthwise-without-halo', 'rows * dyRow', 'rows * xRow'],
  depthwiseInputGradient: ['depthwise-input-gradient', 'shiftY - kh + 1', 'shiftY - kh + 2'],
  depthwiseWithoutHalo: ['depthwise-without-halo', 'kw - taps', 'kw + taps'],
  distill: ['loss', '- t', '+ t'],
  fillImages: ['elementwise', 'left = span', 'left = span - 1'],
  filterGradient: ['filter-gradient', 'x === width', 'x === height'],
  filterGradientOfFewRows: ['few-rows', 'width === 8', 'width > 4'],
  fromChannelsFirst: ['rearranging', '2 * plane', '3 * plane'],
  gate: ['gate', 'f32x4.mul', 'f32x4.add'],
  gateGradient: ['gate', 'dyLine += dyRow', 'dyLine += xRow'],
  gemm64: ['products64', 'load64_splat(a3)', 'load64_splat(a2)'],
  gemmTransposed64: ['products64', 'aPitch << 3', 'aPitch << 2'],
  gemm: ['gemm', 'f32x4.max', 'f32x4.min'],
  globalAveragePool: ['pooling', 'height * width', 'height * height'],
  globalAveragePoolGradient: ['pooling', 'height * width', 'height * height'],
  gram64: ['products64', 'i << 3', 'i << 2'],
  inverseDeviations: ['batch-norm-statistics', '+ epsilon', '- epsilon'],
  maxPool: ['pooling', '- padY', '+ padY'],
  maxPoolGradient: ['pooling', 'f32x4.gt', 'f32x4.ge'],
  multiplyImages: ['elementwise', 'row * mRow', 'row * xRow'],
  multiplyTransposed64: ['products64', 'cPitch, 0', 'cPitch, 1'],
  mutual: ['loss', 'q - p', 'q + p'],
  newtonSchulzStep64: ['newton-schulz64', '0.5 * rest', '0.25 * rest'],
  packTransposed: ['packing', 'lane < rows', 'lane <= rows'],
  scale: ['optimiser', 'f32x4.mul', 'f32x4.add'],
  scaleImages: ['gate', 'image << 2', 'image << 1'],
  sgd: ['optimiser', '-rate', 'rate'],
  sgdMomentum: ['optimiser', 'momentum);', 'decay);'],
  shuffleChannels: ['rearranging', 'size << 2', 'size << 1'],
  softMaxWeights64: ['soft-max-weights64', 'part0);', 'part1);'],
  squaredError: ['loss', '2 * <f64>', '3 * <f64>'],
  sumOfSquares: ['optimiser', 'left > 0', 'left > 1'],
  symmetricEigen64: ['symmetric-eigen64', '> load', '< load'],
  toChannelsFirst: ['rearranging', 'row * width', 'row * height'],
  winogradFilter: ['winograd', 'kernel * tap', 'tap'],
  winogradFilterGradient: ['winograd', 'true', 'false'],
  winogradInput: ['winograd', 'j * pixel', 'j * row'],
  winogradInputGradient: ['winograd', 'true', 'false'],
  winogradOutput: ['winograd', 'relu ?', '!relu ?'],
  winogradOutputGradient: ['winograd', 'j * pixel', 'j * row'],
};

/** What only larger cases reach, one change at a time. */
const rareBreaks: readonly (readonly [kernel: keyof Kernels, ...Break])[] = [
  ['gemm', 'gemm', 'slot -= BLOCK - 1', 'slot -= BLOCK'],
  ['gemm', 'gemm', 'count === BLOCK ? 4', 'count > 8 ? 4'],
  ['gemm', 'gemm', 'start += BLOCK', 'start += BLOCK + 1'],
  ['filterGradient', 'filter-gradient', 'start += block', 'start += block + 1'],
  ['packTransposed', 'packing', 'row += 8', 'row += 16'],
];

let bench: KernelBench;

beforeAll(async () => {
  const replacements = Object.entries(breaks).map(([kernel, change]) => replacement(kernel, change));
  bench = await benchOf(replacements);
}, 120_000);

function replacement(kernel: string, [file, from, to]: Break): Replacement {
  return { file, behind: `export function ${kernel}(`, from, to };
}

async function benchOf(replacements: readonly Replacement[]): Promise<KernelBench> {
  const memory = new WebAssembly.Memory({ initial: 32 });
  const binary = await compileKernels('simd', replacements);
  const { instance } = await WebAssembly.instantiate(binary, { env: { memory } });
  return new KernelBench(instance.exports as unknown as Kernels, memory);
}

test.for(Object.entries(allChecks))('the check of %s refuses a broken kernel', ([, check]) => {
  expect(() => check.holds(bench, 200)).toThrow('Property failed');
});

test.for(rareBreaks)(
  'the check of %s refuses %s with %s as %s',
  { timeout: 120_000 },
  async ([kernel, ...change]) => {
    const broken = await benchOf([replacement(kernel, change)]);
    expect(() => allChecks[kernel].holds(broken, 200)).toThrow('Property failed');
  },
);
