import type { LayerSpec } from '@protonorm/tensor';

/** A layer in a few words for people. */
export function summariseLayer(layer: LayerSpec): string {
  switch (layer.kind) {
    case 'dense':
      return `dense, ${layer.inputs} to ${layer.outputs}${bias(layer)}`;
    case 'conv2d': {
      const groups = (layer.groups ?? 1) === 1 ? '' : `, ${layer.groups} groups`;
      return `conv ${window(layer)}, ${layer.inputs} to ${layer.outputs}${groups}${bias(layer)}`;
    }
    case 'batchNorm':
      return `batch norm of ${layer.channels}`;
    case 'activation':
      return layer.function;
    case 'maxPool2d':
      return `max pool ${window({ ...layer, stride: layer.stride ?? layer.kernel })}`;
    case 'globalAveragePool2d':
      return layer.keepShape ? 'mean over the image, one pixel' : 'mean over the image';
    case 'flatten':
      return 'flatten';
    case 'adaptiveAveragePool1d':
      return `average pool to ${layer.size}`;
    case 'dropout':
      return layer.unit === 'sample' ? `dropout ${layer.rate} of samples` : `dropout ${layer.rate}`;
    case 'channelSlice':
      return `channels ${layer.start} to ${layer.end - 1}`;
    case 'channelShuffle':
      return `shuffle ${layer.groups} groups of channels`;
    case 'concat':
      return `${layer.branches.length} branches side by side`;
    case 'gate':
      return 'multiply with the input';
    case 'residual':
      return layer.shortcut.length === 0 ? 'add to the input' : 'add to the shortcut';
    default:
      return layer satisfies never;
  }
}

function window(layer: {
  readonly kernel: readonly [number, number];
  readonly stride?: readonly [number, number];
  readonly padding?: readonly [number, number];
}): string {
  const stride =
    layer.stride === undefined || layer.stride.join() === '1,1' ? '' : ` stride ${pair(layer.stride)}`;
  const padding =
    layer.padding === undefined || layer.padding.join() === '0,0' ? '' : ` padding ${pair(layer.padding)}`;
  return `${layer.kernel.join('x')}${stride}${padding}`;
}

function pair([height, width]: readonly [number, number]): string {
  return height === width ? `${height}` : `${height}x${width}`;
}

function bias(layer: { readonly bias?: boolean }): string {
  return (layer.bias ?? true) ? '' : ', no bias';
}
