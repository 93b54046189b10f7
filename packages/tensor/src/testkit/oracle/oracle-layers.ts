import type { LayerKind, LayerSpec, ResidualLayer } from '../../model/layer-spec.ts';
import { activation } from './activation.ts';
import { adaptiveAveragePool1d } from './adaptive-average-pool1d.ts';
import { batchNorm } from './batch-norm.ts';
import { conv2d } from './conv2d.ts';
import { dense } from './dense.ts';
import { dropout } from './dropout.ts';
import { flatten } from './flatten.ts';
import { globalAveragePool2d } from './global-average-pool2d.ts';
import type { LayerRun, OracleLayer, OracleRun } from './layer-run.ts';
import { maxPool2d } from './max-pool2d.ts';
import type { Values } from './values.ts';

/** An implementation of each kind of layer that has no layers inside. */
export type OracleLayers = {
  readonly [K in Exclude<LayerKind, 'residual'>]: OracleLayer<Extract<LayerSpec, { kind: K }>>;
};

/** The plain implementations. */
export const oracleLayers: OracleLayers = {
  dense,
  conv2d,
  batchNorm,
  activation,
  maxPool2d,
  globalAveragePool2d,
  flatten,
  adaptiveAveragePool1d,
  dropout,
};

/** Runs layers one behind the other; `backward` goes through them from the last to the first. */
export function runLayers(
  layers: readonly LayerSpec[],
  input: Values,
  { run, table }: { readonly run: OracleRun; readonly table: OracleLayers },
): LayerRun {
  const passed: LayerRun[] = [];
  let output = input;
  for (const layer of layers) {
    const step =
      layer.kind === 'residual'
        ? runResidual(layer, output, { run, table })
        : (table[layer.kind] as OracleLayer<LayerSpec>)(layer, output, run);
    passed.push(step);
    output = step.output;
  }
  return {
    output,
    backward: (gradient) => passed.reduceRight((dy, step) => step.backward(dy), gradient),
  };
}

/** y = body(x) + shortcut(x). */
function runResidual(
  layer: ResidualLayer,
  input: Values,
  context: { readonly run: OracleRun; readonly table: OracleLayers },
): LayerRun {
  const body = runLayers(layer.body, input, context);
  const shortcut = runLayers(layer.shortcut, input, context);
  const data = body.output.data.map((value, m) => value + shortcut.output.data[m]);
  return {
    output: { ...body.output, data },
    backward(dy) {
      const fromShortcut = shortcut.backward(dy);
      return body.backward(dy).map((value, m) => value + fromShortcut[m]);
    },
  };
}
