import { instantiateKernels, kernelBuilds } from '@protonorm/wasm-kernels';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { createBackend } from '../backend/create-backend.ts';
import { startWasm } from '../backend/start-wasm.ts';
import { tfjsInstance } from '../backend/tfjs-instance.ts';
import { Device } from '../device/device.ts';
import { cpuMemory, wasmMemory } from '../device/tensor-memory.ts';
import { columnMoments } from '../loop-kernels/batch-norm.ts';
import {
  compareKernel,
  windows,
  type Contest,
  type KernelCase,
} from '../wasm-kernels/kernel-comparison.test-support.ts';
import { heapMemory } from './heap-memory.ts';
import { bindKernel } from './simd-kernel.ts';
import { simdBodies } from './simd-kernels.ts';
import { SimdMemory } from './simd-memory.ts';

// Every kernel against tfjs's own one on 'cpu', on random sizes; nothing is left to another kernel of 'wasm'.

const relative = 4e-6;
/** Winograd's transforms cost some bits. */
const relativeOfWinograd = 2e-5;
const runs = { numRuns: 120, seed: 3 };

describe.each(kernelBuilds)('the SIMD kernels of the build %s against cpu', (build) => {
  let cpu: Device;
  let contest: Contest;

  beforeAll(async () => {
    await createBackend('cpu');
    const plain = await tfjsInstance('cpu');
    const fast: BackendWasm = await startWasm();
    const memory = new SimdMemory(fast, await instantiateKernels(heapMemory(fast), build));
    const kernels = Object.fromEntries(
      Object.entries(simdBodies).map(([name, body]) => [name, bindKernel(body, memory, undefined)]),
    );
    cpu = new Device({ name: 'cpu', backend: plain, memory: cpuMemory(plain) });
    const wasm = new Device({ name: 'wasm', backend: fast, memory: wasmMemory(fast), kernels });
    contest = { expected: cpu, actual: wasm, buffers: () => fast.numDataIds() };
  });

  const compare = (kernel: string, given: KernelCase, seed: number, tolerance = relative): void =>
    compareKernel(contest, kernel, given, { seed, relative: tolerance });

  it('Conv2D and FusedConv2D, with dilation', () => {
    const activations = ['linear', 'relu', 'relu6', 'sigmoid'];
    fc.assert(
      fc.property(windows({ image: 12, kernel: 5, channels: 20, dilation: 2 }), (it) => {
        const [rows, columns] = it.kernel;
        const attrs = { strides: it.stride, pad: it.pad, dilations: it.dilation, dataFormat: 'NHWC' };
        // tfjs's stride and dilation exclude each other.
        if (Math.max(...it.dilation) > 1) attrs.strides = [1, 1];
        const shapes = {
          x: [it.batch, it.height, it.width, it.inputs],
          filter: [rows, columns, it.inputs, it.outputs],
        };
        compare('Conv2D', { shapes, attrs }, it.seed);
        const activation = activations[it.seed % activations.length];
        const fused = { shapes: { ...shapes, bias: [it.outputs] }, attrs: { ...attrs, activation } };
        compare('FusedConv2D', fused, it.seed);
      }),
      runs,
    );
  });

  it('Conv2DBackpropFilter and Conv2DBackpropInput', () => {
    fc.assert(
      fc.property(windows({ image: 12, kernel: 5, channels: 20, dilation: 1 }), (it) => compareGradients(it)),
      runs,
    );
  });

  type Window = ReturnType<typeof windows> extends fc.Arbitrary<infer T> ? T : never;
  const compareGradients = (it: Window, tolerance = relative): void => {
    const attrs = { strides: it.stride, pad: it.pad, dataFormat: 'NHWC' };
    const x = [it.batch, it.height, it.width, it.inputs];
    const dy = [it.batch, ...it.out, it.outputs];
    const filter = [...it.kernel, it.inputs, it.outputs];
    const byFilter = { shapes: { x, dy }, attrs: { ...attrs, filterShape: filter } };
    compare('Conv2DBackpropFilter', byFilter, it.seed, tolerance);
    const byInput = { shapes: { dy, filter }, attrs: { ...attrs, inputShape: x } };
    compare('Conv2DBackpropInput', byInput, it.seed, tolerance);
  };

  it('the three of a convolution by Winograd', () => {
    const cases = fc.record({
      batch: fc.integer({ min: 2, max: 5 }),
      tiles: fc.tuple(fc.integer({ min: 2, max: 4 }), fc.integer({ min: 2, max: 4 })),
      size: fc.constantFrom(3, 5),
      same: fc.boolean(),
      inputs: fc.integer({ min: 1, max: 3 }).map((n) => 4 * n),
      outputs: fc.integer({ min: 1, max: 2 }).map((n) => 8 * n),
      seed: fc.nat(),
    });
    fc.assert(
      fc.property(cases, ({ batch, tiles, size, same, inputs, outputs, seed }) => {
        const out = tiles.map((n) => n * (size === 3 ? 4 : 2));
        const [height, width] = out.map((n) => (same ? n : n + size - 1));
        const kernel: [number, number] = [size, size];
        const pad: 'same' | 'valid' = same ? 'same' : 'valid';
        const shapes = {
          x: [batch, height, width, inputs],
          filter: [...kernel, inputs, outputs],
          bias: [outputs],
        };
        const attrs = { strides: 1, pad, dilations: 1, dataFormat: 'NHWC', activation: 'relu' };
        compare('FusedConv2D', { shapes, attrs }, seed, relativeOfWinograd);
        const stride: [number, number] = [1, 1];
        const window = {
          batch,
          height,
          width,
          kernel,
          stride,
          pad,
          padded: same,
          out,
          inputs,
          outputs,
          seed,
        };
        compareGradients({ ...window, dilation: [1, 1] }, relativeOfWinograd);
      }),
      { ...runs, numRuns: 12 },
    );
  });

  it('DepthwiseConv2dNative, fused, and its gradients', () => {
    fc.assert(
      fc.property(windows({ image: 10, kernel: 5, channels: 20, dilation: 1 }), (it) => {
        // tfjs's 'cpu' computes an even kernel with 'same' padding and strides as the others; all are tried.
        const attrs = { strides: it.stride, dilations: [1, 1], pad: it.pad };
        const x = [it.batch, it.height, it.width, it.inputs];
        const dy = [it.batch, ...it.out, it.inputs];
        const filter = [...it.kernel, it.inputs, 1];
        const name = 'DepthwiseConv2dNativeBackprop';
        compare('DepthwiseConv2dNative', { shapes: { x, filter }, attrs }, it.seed);
        const fused = { shapes: { x, filter, bias: [it.inputs] }, attrs: { ...attrs, activation: 'relu6' } };
        compare('FusedDepthwiseConv2D', fused, it.seed);
        compare(`${name}Filter`, { shapes: { x, dy }, attrs: { ...attrs, filterShape: filter } }, it.seed);
        compare(`${name}Input`, { shapes: { dy, filter }, attrs: { ...attrs, inputShape: x } }, it.seed);
      }),
      runs,
    );
  });

  it('MaxPool and MaxPoolGrad', () => {
    fc.assert(
      fc.property(windows({ image: 10, kernel: 4, channels: 20, dilation: 1 }), (it) => {
        // Explicit padding is computed, but not by 'cpu' alike; no window may lie in the padding alone.
        fc.pre(typeof it.pad === 'string' && it.kernel.every((size, axis) => size >= it.stride[axis]));
        fc.pre(it.kernel[0] <= it.height && it.kernel[1] <= it.width);
        const attrs = { filterSize: it.kernel, strides: it.stride, pad: it.pad };
        const input = [it.batch, it.height, it.width, it.inputs];
        compare('MaxPool', { shapes: { x: input }, attrs }, it.seed);
        const dy = [it.batch, ...it.out, it.inputs];
        compare('MaxPoolGrad', { shapes: { dy, input }, attrs }, it.seed);
      }),
      runs,
    );
  });

  it('BatchMatMul and _FusedMatMul, transposed or not, with batches', () => {
    const side = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 250, max: 300 }));
    const cases = fc.record({
      outer: fc.constantFrom(
        [[], []],
        [[3], [3]],
        [[1], [3]],
        [
          [2, 2],
          [1, 1],
        ],
        [
          [2, 1],
          [2, 1],
        ],
      ),
      m: side,
      k: side,
      n: fc.integer({ min: 1, max: 40 }),
      transposeA: fc.boolean(),
      transposeB: fc.boolean(),
      activation: fc.constantFrom('linear', 'relu'),
      seed: fc.nat(),
    });
    fc.assert(
      fc.property(cases, ({ outer: [outerA, outerB], m, k, n, transposeA, transposeB, activation, seed }) => {
        const a = [...outerA, ...(transposeA ? [k, m] : [m, k])];
        const b = [...outerB, ...(transposeB ? [n, k] : [k, n])];
        const attrs = { transposeA, transposeB };
        compare('BatchMatMul', { shapes: { a, b }, attrs }, seed);
        const fused = { shapes: { a, b, bias: [n] }, attrs: { ...attrs, activation } };
        compare('_FusedMatMul', fused, seed);
      }),
      { ...runs, numRuns: 60 },
    );
  });

  it('Multiply, of equal shapes, by rows and by numbers', () => {
    const cases = fc.record({
      channels: fc.integer({ min: 8, max: 20 }),
      outer: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 3 }),
      at: fc.nat(),
      ones: fc.boolean(),
      swapped: fc.boolean(),
      seed: fc.nat(),
    });
    fc.assert(
      fc.property(cases, ({ channels, outer, at, ones, swapped, seed }) => {
        const shape = [...outer, channels];
        const first = at % (shape.length + 1); // behind the last axis: a number
        const row = [...(ones ? shape.slice(0, first).map(() => 1) : []), ...shape.slice(first)];
        const shapes = swapped ? { a: row, b: shape } : { a: shape, b: row };
        compare('Multiply', { shapes, attrs: {} }, seed);
      }),
      { ...runs, numRuns: 60 },
    );
  });

  it('Sum, Mean and Tile', () => {
    const shape = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 3 });
    const cases = fc.record({
      shape,
      channels: fc.integer({ min: 2, max: 40 }),
      at: fc.nat(),
      seed: fc.nat(),
    });
    fc.assert(
      fc.property(cases, ({ shape, channels, at, seed }) => {
        const first = at % shape.length;
        const axis = shape.map((_, i) => i).slice(first);
        const x = [...shape, channels];
        for (const keepDims of [true, false]) {
          compare('Sum', { shapes: { x }, attrs: { axis, keepDims } }, seed);
          compare('Mean', { shapes: { x }, attrs: { axis, keepDims } }, seed);
        }
        compare('Tile', { shapes: { x: [1, 1, channels] }, attrs: { reps: [shape[0], 3, 2] } }, seed);
      }),
      { ...runs, numRuns: 40 },
    );
  });

  it('batch norm by the moments of the batch, offset far above the deviation', () => {
    const values = fc.record({
      rows: fc.integer({ min: 2, max: 300 }),
      channels: fc.integer({ min: 1, max: 40 }),
      offset: fc.integer({ min: -100, max: 100 }),
    });
    fc.assert(
      fc.property(values, ({ rows, channels, offset }) => {
        const { actual: wasm } = contest;
        const x = Float32Array.from({ length: rows * channels }, (_, i) => offset + Math.sin(i * i));
        const moments = columnMoments(x, channels);
        wasm.tidy(
          () => {
            const inputs = {
              x: wasm.upload(x, [rows, channels]),
              gamma: wasm.upload(new Float32Array(channels).fill(2), [channels]),
              beta: wasm.upload(new Float32Array(channels).fill(3), [channels]),
            };
            const epsilon = 1e-3;
            const outputs = wasm.runAll('batch norm training', inputs, { epsilon });
            const [y, mean, variance] = outputs.map((tensor) => wasm.read(tensor));
            const normalised = wasm.read(
              wasm.run(
                'batch norm by moments',
                { ...inputs, mean: outputs[1], variance: outputs[2] },
                { epsilon },
              ),
            );
            const worst = [0, 0];
            for (let i = 0; i < x.length; i++) {
              const c = i % channels;
              const expected = (2 * (x[i] - moments.mean[c])) / Math.sqrt(moments.variance[c] + epsilon) + 3;
              worst[0] = Math.max(worst[0], Math.abs(y[i] - expected));
              worst[1] = Math.max(worst[1], Math.abs(normalised[i] - y[i]));
            }
            expect(worst[0]).toBeLessThan(1e-3);
            expect(worst[1]).toBeLessThan(1e-4);
            for (let c = 0; c < channels; c++) {
              expect(Math.abs(mean[c] - moments.mean[c])).toBeLessThan(1e-4);
              expect(Math.abs(variance[c] - moments.variance[c])).toBeLessThan(1e-5);
            }
          },
          () => [],
        );
      }),
      { ...runs, numRuns: 40 },
    );
  });

  it('gives out the numbers of a tensor a second time for Identity', () => {
    const { actual: wasm } = contest;
    wasm.tidy(
      () => {
        const x = wasm.upload(Float32Array.of(1, 2), [2]);
        const same = wasm.run('Identity', { x });
        wasm.dispose(x);
        expect([...wasm.read(same)]).toEqual([1, 2]);
      },
      () => [],
    );
    expect(wasm.memory().buffers).toBe(0);
  });
});
