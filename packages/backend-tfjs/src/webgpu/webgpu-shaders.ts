import type { ActivationLayer } from '@protonorm/tensor';
import type { KernelFunc } from '@tensorflow/tfjs-core';
import { shaderKernel, type Shader } from './shader-program.ts';

/** dy times the slope at `a`: the input of silu, the output of the others. */
const slopes: Record<ActivationLayer['function'], string> = {
  relu: 'return select(0.0, dy, a > 0.0);',
  relu6: 'return select(0.0, dy, a > 0.0 && a < 6.0);',
  sigmoid: 'return dy * a * (1.0 - a);',
  tanh: 'return dy * (1.0 - a * a);',
  silu: 'let s = 1.0 / (1.0 + exp(-a)); return dy * s * (1.0 + a * (1.0 - s));',
};

const activationGradients = Object.entries(slopes).map(([kind, slope]): Shader => ({
  name: `${kind} gradient`,
  inputs: ['dy', 'saved'],
  body: `
      let dy = getDyByOutputIndex(index);
      let a = getSavedByOutputIndex(index);
      ${slope}
    `,
}));

/** Each pixel looks at the windows that it is in, and takes dy of those in which no pixel before it is as large. */
const maxPoolGradient: Shader = {
  name: 'max pool gradient',
  inputs: ['x', 'y', 'dy'],
  uniforms: 'kernel : vec2<i32>, stride : vec2<i32>, padding : vec2<i32>',
  body: `
    let at = getCoordsFromIndex(index);
    let pixel = at.yz;
    let value = getX(at.x, pixel.x, pixel.y, at.w);
    let size = uniforms.xShape.yz;
    let reach = pixel + uniforms.padding;
    let first = max(vec2<i32>(0), (reach - uniforms.kernel + uniforms.stride) / uniforms.stride);
    let last = min(uniforms.yShape.yz - 1, reach / uniforms.stride);
    var sum = 0.0;
    for (var oy = first.x; oy <= last.x; oy++) {
      for (var ox = first.y; ox <= last.y; ox++) {
        if (value != getY(at.x, oy, ox, at.w)) {
          continue;
        }
        let corner = vec2<i32>(oy, ox) * uniforms.stride - uniforms.padding;
        let start = max(vec2<i32>(0), corner);
        let end = min(size.y, corner.y + uniforms.kernel.y);
        var wins = true;
        for (var r = start.x; r <= pixel.x; r++) {
          let stop = select(end, pixel.y, r == pixel.x);
          for (var c = start.y; c < stop; c++) {
            if (getX(at.x, r, c, at.w) == value) {
              wins = false;
            }
          }
        }
        if (wins) {
          sum += getDy(at.x, oy, ox, at.w);
        }
      }
    }
    return sum;
  `,
};

/** dx = gamma / deviation * (dy - weight * (byBeta + x^ byGamma) / rows), x^ the normalised x; weight 0 or 1. */
const normaliseGradient: Shader = {
  name: 'normalise gradient',
  inputs: ['dy', 'x', 'mean', 'variance', 'gamma', 'byGamma', 'byBeta'],
  uniforms: 'epsilon : f32, share : f32',
  body: `
    let scale = inverseSqrt(getVarianceByOutputIndex(index) + uniforms.epsilon);
    let normal = (getXByOutputIndex(index) - getMeanByOutputIndex(index)) * scale;
    let pull = getByBetaByOutputIndex(index) + normal * getByGammaByOutputIndex(index);
    return getGammaByOutputIndex(index) * scale * (getDyByOutputIndex(index) - uniforms.share * pull);
  `,
};

/** dy x^, whose column sums are the gradient of gamma. */
const scaleGradient: Shader = {
  name: 'scale gradient',
  inputs: ['dy', 'x', 'mean', 'variance'],
  uniforms: 'epsilon : f32',
  body: `
    let scale = inverseSqrt(getVarianceByOutputIndex(index) + uniforms.epsilon);
    return getDyByOutputIndex(index) * (getXByOutputIndex(index) - getMeanByOutputIndex(index)) * scale;
  `,
};

/** The kernels that tfjs's 'webgpu' backend lacks, by the names of their shaders. */
export const webgpuShaders: Readonly<Record<string, KernelFunc>> = Object.fromEntries(
  [...activationGradients, maxPoolGradient, normaliseGradient, scaleGradient].map((shader) => [
    shader.name,
    shaderKernel(shader),
  ]),
);
