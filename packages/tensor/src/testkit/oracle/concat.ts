import type { ConcatLayer } from '../../model/layer-spec.ts';
import type { OracleLayer } from './layer-run.ts';
import { zeros } from './values.ts';

/** y[..., start_b + c] = branch_b(x)[..., c], start_b = channels of the branches before b. */
export const concat: OracleLayer<ConcatLayer> = (layer, input, run) => {
  const branches = layer.branches.map((branch) => run.chain(branch, input));
  const widths = branches.map((branch) => branch.output.shape.at(-1)!);
  const starts = widths.map((_, b) => widths.slice(0, b).reduce((sum, width) => sum + width, 0));
  const channels = widths.reduce((sum, width) => sum + width, 0);
  const target = (b: number, m: number): number =>
    Math.floor(m / widths[b]) * channels + starts[b] + (m % widths[b]);
  const output = zeros(input.batch, [...branches[0].output.shape.slice(0, -1), channels]);
  branches.forEach((branch, b) =>
    branch.output.data.forEach((value, m) => (output.data[target(b, m)] = value)),
  );
  return {
    output,
    backward(dy) {
      const dx = new Float64Array(input.data.length);
      branches.forEach((branch, b) => {
        const dBranch = branch.output.data.map((_, m) => dy[target(b, m)]);
        branch.backward(dBranch).forEach((value, m) => (dx[m] += value));
      });
      return dx;
    },
  };
};
