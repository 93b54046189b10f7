import type { LayerKind, LayerSpec } from '../../model/layer-spec.ts';
import { activation } from './activation.ts';
import { adaptiveAveragePool1d } from './adaptive-average-pool1d.ts';
import { batchNorm } from './batch-norm.ts';
import { channelShuffle } from './channel-shuffle.ts';
import { channelSlice } from './channel-slice.ts';
import { concat } from './concat.ts';
import { conv2d } from './conv2d.ts';
import { dense } from './dense.ts';
import { dropout } from './dropout.ts';
import { flatten } from './flatten.ts';
import { gate } from './gate.ts';
import { globalAveragePool2d } from './global-average-pool2d.ts';
import type { LayerRun, OracleLayer, OracleRun } from './layer-run.ts';
import { maxPool2d } from './max-pool2d.ts';
import { residual } from './residual.ts';
import type { Values } from './values.ts';

/** An implementation of each kind of layer. */
export type OracleLayers = {
  readonly [K in LayerKind]: OracleLayer<Extract<LayerSpec, { kind: K }>>;
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
  channelSlice,
  channelShuffle,
  concat,
  gate,
  residual,
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
    const step = (table[layer.kind] as OracleLayer<LayerSpec>)(layer, output, run);
    passed.push(step);
    output = step.output;
  }
  return {
    output,
    backward: (gradient) => passed.reduceRight((dy, step) => step.backward(dy), gradient),
  };
}
