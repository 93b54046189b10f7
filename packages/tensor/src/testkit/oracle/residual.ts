import type { ResidualLayer } from '../../model/layer-spec.ts';
import type { OracleLayer } from './layer-run.ts';

/** y = body(x) + shortcut(x). */
export const residual: OracleLayer<ResidualLayer> = (layer, input, run) => {
  const body = run.chain(layer.body, input);
  const shortcut = run.chain(layer.shortcut, input);
  const data = body.output.data.map((value, m) => value + shortcut.output.data[m]);
  return {
    output: { ...body.output, data },
    backward(dy) {
      const fromShortcut = shortcut.backward(dy);
      return body.backward(dy).map((value, m) => value + fromShortcut[m]);
    },
  };
};
