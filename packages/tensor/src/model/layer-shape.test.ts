import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chainOutputShape, layerOutputShape } from './layer-shape.ts';
import type { LayerSpec } from './layer-spec.ts';

fc.configureGlobal({ seed: 1 });

const conv = (rest: object = {}): LayerSpec => ({
  kind: 'conv2d',
  name: 'conv',
  inputs: 2,
  outputs: 4,
  kernel: [3, 3],
  ...rest,
});
const pool = (rest: object = {}): LayerSpec => ({ kind: 'maxPool2d', kernel: [2, 2], ...rest });
const norm = (rest: object = {}): LayerSpec => ({ kind: 'batchNorm', name: 'bn', channels: 2, ...rest });
const globalPool: LayerSpec = { kind: 'globalAveragePool2d' };
const squeeze: LayerSpec[] = [{ ...globalPool, keepShape: true }, conv({ outputs: 2, kernel: [1, 1] })];

describe('layerOutputShape', () => {
  // Shapes as PyTorch 2.13 gives them (there as [c, h, w]).
  it.each<[LayerSpec, number[], number[]]>([
    [{ kind: 'dense', name: 'fc', inputs: 5, outputs: 3 }, [5], [3]],
    [conv(), [5, 6, 2], [3, 4, 4]],
    [conv({ padding: [1, 1] }), [5, 6, 2], [5, 6, 4]],
    [conv({ stride: [2, 3], padding: [1, 0] }), [7, 9, 2], [4, 3, 4]],
    [conv({ kernel: [5, 1], padding: [2, 0], groups: 2 }), [3, 4, 2], [3, 4, 4]],
    [pool(), [5, 4, 3], [2, 2, 3]],
    [pool({ kernel: [3, 3], stride: [2, 2], padding: [1, 1] }), [8, 7, 1], [4, 4, 1]],
    [pool({ stride: [1, 1] }), [5, 4, 3], [4, 3, 3]],
    [norm(), [2], [2]],
    [norm(), [4, 3, 2], [4, 3, 2]],
    [{ kind: 'activation', function: 'relu' }, [4, 3, 2], [4, 3, 2]],
    [{ kind: 'dropout', rate: 0 }, [4, 3, 2], [4, 3, 2]],
    [{ kind: 'globalAveragePool2d' }, [4, 3, 2], [2]],
    [{ kind: 'globalAveragePool2d', keepShape: true }, [4, 3, 2], [1, 1, 2]],
    [{ kind: 'flatten' }, [4, 3, 2], [24]],
    [{ kind: 'flatten' }, [4], [4]],
    [{ kind: 'adaptiveAveragePool1d', size: 512 }, [256], [512]],
    [{ kind: 'residual', body: [conv({ outputs: 2, padding: [1, 1] })], shortcut: [] }, [4, 4, 2], [4, 4, 2]],
    [{ kind: 'residual', body: [], shortcut: [] }, [4, 4, 2], [4, 4, 2]],
    [{ kind: 'dropout', rate: 0.1, unit: 'sample' }, [4, 3, 2], [4, 3, 2]],
    [{ kind: 'channelSlice', start: 1, end: 3 }, [4, 5, 3], [4, 5, 2]],
    [{ kind: 'channelSlice', start: 0, end: 1 }, [3], [1]],
    [{ kind: 'channelShuffle', groups: 3 }, [4, 5, 6], [4, 5, 6]],
    [{ kind: 'channelShuffle', groups: 3 }, [3], [3]],
    [{ kind: 'concat', branches: [[], [conv({ padding: [1, 1] })], []] }, [4, 5, 2], [4, 5, 8]],
    [{ kind: 'concat', branches: [[]] }, [3], [3]],
    [{ kind: 'gate', body: squeeze }, [4, 5, 2], [4, 5, 2]],
    [{ kind: 'gate', body: [conv({ outputs: 2, padding: [1, 1] })] }, [4, 5, 2], [4, 5, 2]],
    [{ kind: 'gate', body: [{ kind: 'activation', function: 'sigmoid' }] }, [3], [3]],
  ])('%j of %j gives %j', (layer, input, expected) => {
    expect(layerOutputShape(layer, input)).toEqual(expected);
  });

  it('counts the windows that fit', () => {
    const small = fc.integer({ min: 1, max: 6 });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        small,
        small,
        fc.nat(4),
        (size, kernel, stride, padding) => {
          let windows = 0;
          for (let start = -padding; start + kernel <= size + padding; start += stride) windows++;
          fc.pre(windows > 0);
          const layer = conv({
            inputs: 1,
            outputs: 1,
            kernel: [kernel, 1],
            stride: [stride, 1],
            padding: [padding, 0],
          });
          expect(layerOutputShape(layer, [size, 1, 1])).toEqual([windows, 1, 1]);
        },
      ),
    );
  });

  it.each<[LayerSpec, number[], RegExp]>([
    [{ kind: 'dense', name: 'fc', inputs: 5, outputs: 3 }, [4], /dense 'fc' takes \[5\].*\[4\]/],
    [{ kind: 'dense', name: 'fc', inputs: 5, outputs: 3 }, [5, 1, 1], /takes \[5\]/],
    [conv(), [5, 6, 3], /takes \[height, width, 2\]/],
    [conv(), [10], /takes \[height, width, 2\]/],
    [conv(), [2, 6, 2], /kernel of 3x3/],
    [pool(), [4], /takes \[height, width, channels\]/],
    [pool(), [1, 4, 1], /kernel of 2x2/],
    [norm(), [4, 3, 3], /takes 2 channels/],
    [{ kind: 'globalAveragePool2d' }, [4], /takes \[height, width, channels\]/],
    [{ kind: 'adaptiveAveragePool1d', size: 3 }, [4, 3, 2], /takes \[length\]/],
    [
      { kind: 'channelSlice', start: 1, end: 4 },
      [5, 5, 3],
      /channelSlice takes at least 4 channels.*\[5, 5, 3\]/,
    ],
    [{ kind: 'channelShuffle', groups: 2 }, [5, 5, 3], /channelShuffle has 2 groups/],
    [{ kind: 'concat', branches: [[], [conv()]] }, [5, 5, 2], /concat puts \[3, 3, 4\] beside \[5, 5, 2\]/],
    [
      { kind: 'concat', branches: [squeeze, [globalPool]] },
      [1, 1, 2],
      /concat puts \[2\] beside \[1, 1, 2\]/,
    ],
    [
      { kind: 'concat', branches: [[conv({ inputs: 3 })]] },
      [5, 5, 2],
      /conv2d 'conv' takes \[height, width, 3\]/,
    ],
    [{ kind: 'gate', body: [globalPool] }, [5, 5, 2], /gate multiplies with \[2\].*\[5, 5, 2\]/],
    [{ kind: 'gate', body: [conv({ padding: [1, 1] })] }, [5, 5, 2], /gate multiplies with \[5, 5, 4\]/],
    [{ kind: 'residual', body: [conv()], shortcut: [] }, [5, 5, 2], /adds \[3, 3, 4\] to \[5, 5, 2\]/],
  ])('%j refuses %j', (layer, input, message) => {
    expect(() => layerOutputShape(layer, input)).toThrowError(
      expect.objectContaining({ code: 'invalid-model', message: expect.stringMatching(message) }),
    );
  });

  it.each<[LayerSpec, RegExp]>([
    [conv({ stride: [0, 1] }), /stride \[0,1\]/],
    [conv({ kernel: [3] }), /kernel \[3\]/],
    [conv({ kernel: [2.5, 1] }), /kernel/],
    [conv({ padding: [-1, 0] }), /padding/],
    [conv({ groups: 3 }), /3 groups/],
    [conv({ groups: 0 }), /groups 0/],
    [conv({ outputs: NaN }), /outputs NaN/],
    [conv({ name: '' }), /needs a name/],
    [conv({ name: undefined }), /needs a name/],
    [pool({ padding: [2, 0] }), /above half its kernel/],
    [pool({ stride: [0, 0] }), /stride/],
    [norm({ momentum: 1.1 }), /momentum 1.1/],
    [norm({ epsilon: 0 }), /epsilon 0/],
    [norm({ channels: 0 }), /channels 0/],
    [{ kind: 'dense', name: 'fc', inputs: 5, outputs: 0 }, /outputs 0/],
    [{ kind: 'adaptiveAveragePool1d', size: 0 }, /size 0/],
    [{ kind: 'dropout', rate: 1 }, /rate 1/],
    [{ kind: 'dropout', rate: NaN }, /rate NaN/],
    [{ kind: 'activation', function: 'gelu' as 'relu' }, /unknown function 'gelu'/],
    [{ kind: 'residual', body: [], shortcut: undefined as unknown as [] }, /lists of layers/],
    [{ kind: 'globalAveragePool2d', keepShape: 1 as unknown as true }, /keepShape 1/],
    [{ kind: 'dropout', rate: 0.5, unit: 'row' as 'sample' }, /unknown unit 'row'/],
    [{ kind: 'channelSlice', start: -1, end: 2 }, /channels -1 to 2/],
    [{ kind: 'channelSlice', start: 1, end: 1 }, /channels 1 to 1/],
    [{ kind: 'channelSlice', start: 0, end: 1.5 }, /channels 0 to 1.5/],
    [{ kind: 'channelShuffle', groups: 0 }, /groups 0/],
    [{ kind: 'concat', branches: [] }, /at least one list of layers/],
    [{ kind: 'concat', branches: [{ kind: 'flatten' }] as unknown as [] }, /at least one list of layers/],
    [{ kind: 'gate', body: undefined as unknown as [] }, /list of layers/],
    [{ kind: 'attention' } as unknown as LayerSpec, /Unknown kind of layer/],
  ])('refuses the layer %j', (layer, message) => {
    expect(() => layerOutputShape(layer, [9, 9, 2])).toThrowError(
      expect.objectContaining({ code: 'invalid-model', message: expect.stringMatching(message) }),
    );
  });
});

it('chains layers', () => {
  expect(chainOutputShape([conv(), pool(), { kind: 'flatten' }], [8, 8, 2])).toEqual([36]);
  expect(chainOutputShape([], [3])).toEqual([3]);
});
