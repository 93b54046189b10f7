import { gradientTarget } from '../graph/gradient-target.ts';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import { image } from '../graph/image-arguments.ts';
import { wanted } from '../graph/wanted.ts';
import type { Convolution } from './convolution.ts';
import { outputGradient } from './convolution-bias.ts';

/** Points of a tile: 6 x 6. */
const POINTS = 36;
/** Tiles that are transformed and multiplied together: what they need stays near the processor. */
const TILES_AT_A_TIME = 100;
/** Floats between the points beyond what they need, so that they do not fall on the same cache lines. */
const SPREAD = 16;

/** Outputs of a tile on each axis, or undefined where Winograd's way does not apply. */
export function winogradStep({ x, y, groups, geometry }: Convolution): 4 | 2 | undefined {
  const { kernel, stride, output } = geometry;
  const step = kernel[0] === 3 ? 4 : 2;
  const fits =
    (kernel[0] === 3 || kernel[0] === 5) &&
    kernel[0] === kernel[1] &&
    stride[0] * stride[1] === 1 &&
    groups === 1 &&
    x.channels % 4 === 0 &&
    y.channels % 8 === 0 &&
    output[0] % step === 0 &&
    output[1] % step === 0;
  return fits ? step : undefined;
}

/**
 * A convolution by Winograd's minimal filtering: F(4x4, 3x3) or F(2x2, 5x5), a quarter or a third of the products.
 *
 * The tiles are gone through in blocks of whole images.
 */
export function winogradConvolution(graph: GraphBuilder, parts: Convolution, step: 4 | 2): void {
  const { name, x, y, weights, bias, geometry, relu } = parts;
  const { kernel, padding, output } = geometry;
  const inputs = x.channels;
  const outputs = y.channels;
  const tiles: readonly [number, number] = [output[0] / step, output[1] / step];
  const tilesOfImage = tiles[0] * tiles[1];
  const imagesOfBlock = Math.max(1, Math.round(TILES_AT_A_TIME / tilesOfImage));
  const uPitch = inputs * outputs + SPREAD;
  const vPitch = imagesOfBlock * tilesOfImage * inputs + SPREAD;
  const mPitch = imagesOfBlock * tilesOfImage * outputs + SPREAD;

  const u = graph.floats(`${name} U`, POINTS * uPitch);
  const v = graph.space(
    `${name} V`,
    (capacity) => 4 * POINTS * vPitch * (graph.mode.gradient ? Math.ceil(capacity / imagesOfBlock) : 1),
  );
  const m = graph.floats(`${name} M`, POINTS * mPitch);
  const scratch = graph.floats(`${name} scratch`, 256);
  const du = graph.floats(`${name} dU`, POINTS * uPitch);
  const dv = graph.floats(`${name} dV`, POINTS * vPitch);
  const dm = graph.floats(`${name} dM`, POINTS * mPitch);
  const backScratch = graph.floats(`${name} scratch`, 8832 + 512 * Math.ceil(outputs / 8));
  const transposed = graph.floats(`${name} U transposed`, POINTS * Math.ceil(inputs / 8) * 8 * outputs);
  const dx = gradientTarget(x, { canStore: false });

  /** Calls `run` for each block with its number, first image and number of images. */
  const blocks = (n: number, run: (block: number, first: number, images: number) => void): void => {
    for (let first = 0, block = 0; first < n; first += imagesOfBlock, block++) {
      run(block, first, Math.min(imagesOfBlock, n - first));
    }
  };
  const vOf = (block: number): number => v.address + (graph.mode.gradient ? 4 * POINTS * vPitch * block : 0);

  graph.add({
    name: `winograd ${name}`,
    reads: [x],
    writes: [y],
    uses: [u, v, m, scratch],
    saves: relu ? [x, y, u, v] : [x, u, v],
    usesBackward: [du, dv, dm, backScratch, transposed],
    targets: [dx],
    forward({ kernels, size: n }) {
      const { address: s } = scratch;
      kernels.winogradFilter(weights.address, kernel[0], inputs, outputs, u.address, uPitch, s);
      const start = x.address - 4 * (padding[0] * x.row + padding[1] * x.pixel);
      blocks(n, (block, first, images) => {
        const from = start + 4 * first * x.image;
        const vBlock = vOf(block);
        kernels.winogradInput(
          from,
          x.image,
          x.row,
          x.pixel,
          images,
          ...tiles,
          step,
          inputs,
          vBlock,
          vPitch,
          s,
        );
        const count = images * tilesOfImage;
        for (let p = 0; p < POINTS; p++) {
          kernels.gemm(
            vBlock + 4 * p * vPitch,
            0,
            0,
            inputs,
            1,
            1,
            count,
            1,
            0,
            1,
            0,
            inputs,
            u.address + 4 * p * uPitch,
            inputs * 8,
            m.address + 4 * p * mPitch,
            0,
            0,
            outputs,
            outputs,
            0,
            0,
            s,
          );
        }
        kernels.winogradOutput(
          m.address,
          mPitch,
          images,
          ...tiles,
          step,
          outputs,
          y.address + 4 * first * y.image,
          y.image,
          y.row,
          y.pixel,
          bias?.address ?? 0,
          relu ? 1 : 0,
          s,
        );
      });
    },
    backward(execution) {
      const { kernels, size: n } = execution;
      outputGradient(parts, execution);
      const back = wanted(dx, execution);
      const s = backScratch.address;
      const uTransposed = Math.ceil(inputs / 8) * 8 * outputs;
      kernels.fillImages(du.address, 0, 0, 0, 1, 1, 1, POINTS * uPitch, 0);
      if (back) {
        for (let p = 0; p < POINTS; p++) {
          kernels.packTransposed(
            u.address + 4 * p * uPitch,
            inputs * 8,
            inputs,
            outputs,
            transposed.address + 4 * p * uTransposed,
          );
        }
      }
      const dy = y.gradient;
      const gradient = back ? x.gradient : undefined;
      blocks(n, (block, first, images) => {
        const [address, ...pitches] = image(dy);
        const from = address + 4 * first * dy.image;
        kernels.winogradOutputGradient(
          from,
          ...pitches,
          images,
          ...tiles,
          step,
          outputs,
          dm.address,
          mPitch,
          s,
        );
        const count = images * tilesOfImage;
        for (let p = 0; p < POINTS; p++) {
          const dmPoint = dm.address + 4 * p * mPitch;
          kernels.filterGradient(
            vOf(block) + 4 * p * vPitch,
            0,
            0,
            inputs,
            1,
            1,
            count,
            1,
            0,
            1,
            0,
            inputs,
            du.address + 4 * p * uPitch,
            inputs * 8,
            dmPoint,
            0,
            0,
            outputs,
            outputs,
            s,
          );
          if (gradient === undefined) continue;
          kernels.gemm(
            dmPoint,
            0,
            0,
            outputs,
            1,
            1,
            count,
            1,
            0,
            1,
            0,
            outputs,
            transposed.address + 4 * p * uTransposed,
            outputs * 8,
            dv.address + 4 * p * vPitch,
            0,
            0,
            inputs,
            inputs,
            0,
            0,
            s,
          );
        }
        if (gradient === undefined) return;
        const { address: to, image: pitch, row, pixel } = gradient;
        const corner = to + 4 * (first * pitch - padding[0] * row - padding[1] * pixel);
        kernels.winogradInputGradient(
          dv.address,
          vPitch,
          images,
          ...tiles,
          step,
          inputs,
          corner,
          pitch,
          row,
          pixel,
          s,
        );
      });
      kernels.winogradFilterGradient(du.address, uPitch, kernel[0], inputs, outputs, weights.gradient, s);
    },
  });
}
