import { gradientTarget } from '../graph/gradient-target.ts';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import { image, size } from '../graph/image-arguments.ts';
import type { Execution } from '../graph/operation.ts';
import type { Storage } from '../graph/storage.ts';
import { wanted } from '../graph/wanted.ts';
import { roundUp8 } from '../parameters/parameter-layout.ts';
import { activationCode } from './activation-code.ts';
import type { Convolution } from './convolution.ts';
import { outputGradient } from './convolution-bias.ts';
import { insideTaps, type Tap } from './convolution-geometry.ts';
import { addFilterGradientOfFewRows, areFewRows, fewRowsScratch } from './few-rows.ts';

const ADD = 1;
const RELU = 2;
/** Inputs whose weights are turned and multiplied together: they stay near the processor in between. */
const INPUTS_AT_A_TIME = 128;

/**
 * A convolution as matrix products over the image where it lies.
 *
 * @param exact - a tap at a time, each over the outputs for which it lies inside of the image: nothing is multiplied with
 *   padding, and no halo is needed; worth it on small maps
 */
export function directConvolution(graph: GraphBuilder, parts: Convolution, exact: boolean): void {
  const { name, x, y, weights, bias, groups, geometry, relu } = parts;
  const { kernel, stride, padding, output } = geometry;
  const inputs = x.channels / groups; // of a group
  const outputs = y.channels / groups;
  const taps = kernel[0] * kernel[1];
  const panel = taps * inputs * 8;
  const group = (roundUp8(outputs) / 8) * panel;
  const inside = insideTaps(geometry);
  /** The first tap reaches all outputs: it stores, the others add. */
  const stores = inside.length > 0 && inside[0].height * inside[0].width === output[0] * output[1];
  const byTaps = exact && stores;
  if (exact && !stores) x.storage.halo = Math.max(x.storage.halo, ...padding);
  /** The numbers of a kernel's row lie side by side. */
  const wholeRows = groups === 1 && inputs === x.storage.extent.channels;

  const dx = gradientTarget(x, { canStore: storesInputGradient(parts, inside) });
  const scratch = graph.floats(`${name} scratch`, 256 + taps * inputs);
  const backScratch = graph.floats(`${name} scratch`, 8832 + 512 * Math.ceil(outputs / 8));
  /** One output pixel of the whole image: a dense layer, or a convolution on a map of one pixel. */
  const whole =
    kernel[0] === geometry.input[0] &&
    kernel[1] === geometry.input[1] &&
    padding[0] + padding[1] === 0 &&
    wholeRows;
  const strips = whole ? fewRowsScratch(graph, parts) : undefined;
  const onePixel = output[0] * output[1] === 1 && padding[0] + padding[1] === 0 && wholeRows;
  const transposed = graph.floats(
    `${name} transposed`,
    Math.min(INPUTS_AT_A_TIME, roundUp8(onePixel ? taps * inputs : inputs)) * outputs,
  );

  /** Products over all taps (`tap` undefined) or one; a kernel call for each group. */
  const forEachGroup = (
    tap: Tap | undefined,
    call: (place: {
      readonly g: number;
      readonly a: readonly [address: number, image: number, row: number, pixel: number];
      readonly rows: readonly [height: number, width: number];
      readonly shifts: readonly [rows: number, rowPitch: number, columns: number, pitch: number, run: number];
      /** Floats from the beginning of the group's weights. */
      readonly weights: number;
      /** Floats from the first output. */
      readonly output: number;
    }) => void,
  ): void => {
    const top = tap === undefined ? -padding[0] : tap.inputY;
    const left = tap === undefined ? -padding[1] : tap.inputX;
    for (let g = 0; g < groups; g++) {
      call({
        g,
        a: [
          x.address + 4 * (top * x.row + left * x.pixel + g * inputs),
          x.image,
          stride[0] * x.row,
          stride[1] * x.pixel,
        ],
        rows: tap === undefined ? output : [tap.height, tap.width],
        shifts:
          tap !== undefined
            ? [1, 0, 1, 0, inputs]
            : wholeRows
              ? [kernel[0], x.row, 1, 0, kernel[1] * inputs]
              : [kernel[0], x.row, kernel[1], x.pixel, inputs],
        weights: g * group + (tap === undefined ? 0 : tap.index * inputs * 8),
        output: (tap === undefined ? 0 : tap.y * y.row + tap.x * y.pixel) + g * outputs,
      });
    }
  };

  const multiply = ({ kernels, size: n }: Execution, tap: Tap | undefined, flags: number): void =>
    forEachGroup(tap, (place) =>
      kernels.gemm(
        ...place.a,
        n,
        ...place.rows,
        ...place.shifts,
        weights.address + 4 * place.weights,
        panel,
        y.address + 4 * place.output,
        y.image,
        y.row,
        y.pixel,
        outputs,
        bias === undefined || flags & ADD ? 0 : bias.address + 4 * place.g * roundUp8(outputs),
        flags,
        scratch.address,
      ),
    );

  const addFilterGradient = ({ kernels, size: n }: Execution, tap: Tap | undefined): void => {
    const dy = y.gradient;
    const shift = tap === undefined ? 0 : tap.y * dy.row + tap.x * dy.pixel;
    forEachGroup(tap, (place) =>
      kernels.filterGradient(
        ...place.a,
        n,
        ...place.rows,
        ...place.shifts,
        weights.gradient + 4 * place.weights,
        panel,
        dy.address + 4 * (shift + place.g * outputs),
        dy.image,
        dy.row,
        dy.pixel,
        outputs,
        backScratch.address,
      ),
    );
  };

  graph.add({
    name: `conv2d ${name}`,
    reads: [x],
    writes: [y],
    uses: [scratch],
    saves: relu ? [x, y] : [x],
    usesBackward: strips ? [backScratch, transposed, strips] : [backScratch, transposed],
    targets: [dx],
    forward(execution) {
      if (!byTaps) {
        multiply(execution, undefined, relu ? RELU : 0);
        return;
      }
      inside.forEach((tap, i) => multiply(execution, tap, i === 0 ? 0 : ADD));
      if (!relu) return;
      const { kernels, size: n } = execution;
      kernels.activate(...image(y), ...image(y), n, ...size(y), activationCode.relu);
    },
    backward(execution) {
      outputGradient(parts, execution);
      if (strips && x.dense && areFewRows(execution.size))
        addFilterGradientOfFewRows(parts, execution, strips);
      else if (byTaps) for (const tap of inside) addFilterGradient(execution, tap);
      else addFilterGradient(execution, undefined);
      if (!wanted(dx, execution)) return;
      const place = { panel, group, inputs, outputs, transposed, scratch: backScratch };
      if (onePixel) gradientOfOnePixel(parts, execution, { ...place, accumulate: dx.accumulate });
      else addInputGradient(parts, execution, { ...place, inside, accumulate: dx.accumulate });
    },
  });
}

/** Whether the first product of the way back reaches every number of the input. */
function storesInputGradient({ geometry }: Convolution, inside: readonly Tap[]): boolean {
  const { kernel, stride, padding, input, output } = geometry;
  if (output[0] * output[1] === 1 && padding[0] + padding[1] === 0)
    return kernel[0] === input[0] && kernel[1] === input[1];
  const [first] = inside;
  if (first === undefined) return false;
  return stride[0] * stride[1] === 1 && first.height === input[0] && first.width === input[1];
}

interface Place {
  readonly panel: number;
  readonly group: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly transposed: Storage;
  readonly scratch: Storage;
  readonly accumulate: 0 | 1;
}

/** dX[s y + ky - p] += dY[y] W[ky]^T, a tap at a time over what lies inside: no halo and no wasted product. */
function addInputGradient(
  { x, y, weights, groups, geometry }: Convolution,
  { kernels, size: n }: Execution,
  { inside, ...place }: Place & { readonly inside: readonly Tap[] },
): void {
  const { stride } = geometry;
  const { inputs, outputs, transposed, scratch } = place;
  const dx = x.gradient;
  const dy = y.gradient;
  for (let g = 0; g < groups; g++) {
    inside.forEach((tap, i) => {
      for (let k = 0; k < inputs; k += INPUTS_AT_A_TIME) {
        const count = Math.min(INPUTS_AT_A_TIME, inputs - k);
        kernels.packTransposed(
          weights.address + 4 * (g * place.group + (tap.index * inputs + k) * 8),
          place.panel,
          count,
          outputs,
          transposed.address,
        );
        kernels.gemm(
          dy.address + 4 * (tap.y * dy.row + tap.x * dy.pixel + g * outputs),
          dy.image,
          dy.row,
          dy.pixel,
          n,
          tap.height,
          tap.width,
          1,
          0,
          1,
          0,
          outputs,
          transposed.address,
          outputs * 8,
          dx.address + 4 * (tap.inputY * dx.row + tap.inputX * dx.pixel + g * inputs + k),
          dx.image,
          stride[0] * dx.row,
          stride[1] * dx.pixel,
          count,
          0,
          i === 0 ? place.accumulate : ADD,
          scratch.address,
        );
      }
    });
  }
}

/** The same for one output pixel: the taps of a row lie side by side (all of them, where the image has no halo). */
function gradientOfOnePixel(
  { x, y, weights, geometry }: Convolution,
  { kernels, size: n }: Execution,
  { panel, inputs, outputs, transposed, scratch, accumulate }: Place,
): void {
  const { kernel, input } = geometry;
  const dx = x.gradient;
  const dy = y.gradient;
  const whole = dx.dense && kernel[1] === input[1];
  const rows = whole ? 1 : kernel[0];
  const columns = ((kernel[0] * kernel[1]) / rows) * inputs;
  for (let ky = 0; ky < rows; ky++) {
    for (let k = 0; k < columns; k += INPUTS_AT_A_TIME) {
      const count = Math.min(INPUTS_AT_A_TIME, columns - k);
      kernels.packTransposed(
        weights.address + 4 * (ky * columns + k) * 8,
        panel,
        count,
        outputs,
        transposed.address,
      );
      kernels.gemm(
        dy.address,
        dy.image,
        0,
        0,
        n,
        1,
        1,
        1,
        0,
        1,
        0,
        outputs,
        transposed.address,
        outputs * 8,
        dx.address + 4 * (ky * dx.row + k),
        dx.image,
        0,
        0,
        count,
        0,
        accumulate,
        scratch.address,
      );
    }
  }
}
