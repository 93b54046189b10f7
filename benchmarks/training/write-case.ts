import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { initialParameters } from '@protonorm/models';
import { createRng, planModel, type ModelSpec } from '@protonorm/tensor';

const batch = 32;

/** What all backends train on, as it lies in a folder: `case.json` beside the files of numbers. */
interface CaseFile {
  readonly spec: ModelSpec;
  readonly batch: number;
  /** Where the numbers of each layer lie in `parameters.f32`. */
  readonly parameters: readonly {
    readonly layer: string;
    readonly role: string;
    readonly shape: readonly number[];
    readonly offset: number;
    readonly size: number;
  }[];
}

/** The case of a folder with its numbers. */
export interface TrainingCase {
  readonly spec: ModelSpec;
  /** Part 'all'. */
  readonly parameters: Float32Array;
  /** Shape [B, h, w, c]. */
  readonly inputs: Float32Array;
  readonly labels: Int32Array;
  /** One for each class, shape [C, d]. */
  readonly prototypes: Float32Array;
}

/** Writes a model with weights, one batch and prototypes from a fixed seed: the same bytes for every backend. */
export async function writeCase(folder: string, spec: ModelSpec): Promise<void> {
  const rng = createRng('bench:train');
  const normals = (what: string, length: number): Float32Array => {
    const stream = rng.split(what);
    return Float32Array.from({ length }, () => stream.normal());
  };
  const labels = rng.split('labels');
  const parameters = planModel(spec).parameters.map(({ layer, role, shape, offset, size }) => ({
    layer: (layer as { readonly name: string }).name,
    role,
    shape,
    offset,
    size,
  }));
  const file: CaseFile = { spec, batch, parameters };
  await mkdir(folder, { recursive: true });
  await Promise.all([
    writeFile(join(folder, 'case.json'), JSON.stringify(file)),
    writeFile(join(folder, 'parameters.f32'), initialParameters(spec, rng.split('init'))),
    writeFile(
      join(folder, 'inputs.f32'),
      normals(
        'inputs',
        spec.input.reduce((a, b) => a * b, batch),
      ),
    ),
    writeFile(
      join(folder, 'labels.i32'),
      Int32Array.from({ length: batch }, () => labels.integer(spec.classes)),
    ),
    writeFile(join(folder, 'prototypes.f32'), normals('prototypes', spec.classes * spec.features)),
  ]);
}

/** Reads what {@link writeCase} has written. */
export async function readCase(folder: string): Promise<TrainingCase> {
  const numbers = async (name: string): Promise<ArrayBuffer> =>
    Uint8Array.from(await readFile(join(folder, name))).buffer;
  const { spec } = JSON.parse(await readFile(join(folder, 'case.json'), 'utf8')) as CaseFile;
  return {
    spec,
    parameters: new Float32Array(await numbers('parameters.f32')),
    inputs: new Float32Array(await numbers('inputs.f32')),
    labels: new Int32Array(await numbers('labels.i32')),
    prototypes: new Float32Array(await numbers('prototypes.f32')),
  };
}
