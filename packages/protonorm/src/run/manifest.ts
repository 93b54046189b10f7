import { join } from 'node:path';
import { ProtoNormError } from '@protonorm/tensor';
import { z } from 'zod';
import { recipeSchema } from '../recipe/recipe-schema.ts';
import { readJson, RUN_FORMAT } from './run-folder.ts';

const text = z.string();
const count = z.number().int().min(0);

const manifestSchema = z.object({
  format: z.literal(RUN_FORMAT),
  /** `id@version`. */
  strategy: text,
  label: text,
  entry: recipeSchema.shape.strategies.element,
  /** SHA-256 of the module of a strategy of one's own. */
  strategySha256: text.optional(),
  /** All hyperparameters with their values. */
  hyper: z.record(text, z.unknown()),
  seed: z.number().int(),
  recipe: recipeSchema,
  dataset: z.object({ name: text, samples: count, source: text, licence: text, sha256: text }),
  partition: z.object({ sha256: text, clients: count }),
  clients: z.array(z.object({ id: text, model: text, parameters: count, train: count, test: count })),
  backend: z.object({ name: text, description: text, why: text }),
  versions: z.record(text, text),
  workers: count,
  createdAt: text,
});

/** `manifest.json`: what a run is; enough to repeat and to resume it. */
export type RunManifest = z.infer<typeof manifestSchema>;

/** @throws `invalid-run` when there is no manifest, it cannot be read or is of another version */
export async function readManifest(folder: string): Promise<RunManifest> {
  const value = await readJson(join(folder, 'manifest.json'));
  const format = (value as { readonly format?: unknown } | null)?.format;
  if (format !== RUN_FORMAT) {
    throw new ProtoNormError(
      'invalid-run',
      `The run in ${folder} has the format '${String(format)}', this version writes '${RUN_FORMAT}'.`,
      {
        received: format,
        expected: RUN_FORMAT,
        hint: 'Use the version of protonorm that began it (see its manifest.json), or begin anew.',
      },
    );
  }
  const result = manifestSchema.safeParse(value);
  if (result.success) return result.data;
  const [{ path, message }] = result.error.issues;
  throw new ProtoNormError(
    'invalid-run',
    `${join(folder, 'manifest.json')} is damaged: '${path.join('.')}': ${message}.`,
    {
      received: value,
      cause: result.error,
      hint: 'Put it back from a copy, or begin the run anew in another folder.',
    },
  );
}
