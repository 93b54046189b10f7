import { z } from 'zod';
import { backendNames } from '../backend/backend-table.ts';

const optimiser = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('sgd'),
    learningRate: z.number().positive(),
    momentum: z.number().min(0).lt(1).optional(),
    weightDecay: z.number().min(0).optional(),
  }),
  z.strictObject({
    kind: z.literal('adam'),
    learningRate: z.number().positive(),
    beta1: z.number().min(0).lt(1).optional(),
    beta2: z.number().min(0).lt(1).optional(),
    epsilon: z.number().positive().optional(),
    weightDecay: z.number().min(0).optional(),
  }),
]);

const dataset = z.strictObject({
  /** A known data set, or a name of your own for `pixels`. */
  name: z.string().min(1),
  /** Folder of the official files. */
  dir: z.string().optional(),
  split: z.enum(['train', 'test', 'all']).optional(),
  /** Only the first n samples of each class, sorted by class. */
  perClass: z.number().int().positive().optional(),
  /** A file of raw pixels with its description, instead of a known data set. */
  pixels: z.string().optional(),
  meta: z.string().optional(),
});

const drawn = {
  clients: z.number().int().positive(),
  trainFraction: z.number().gt(0).lt(1).default(0.75),
};

const partition = z.union([
  z.strictObject({ file: z.string() }),
  z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('iid'), ...drawn }),
    z.strictObject({
      kind: z.literal('dirichlet'),
      ...drawn,
      alpha: z.number().default(0.1),
      minSamples: z.number().int().min(0).default(1),
      compat: z.literal('numpy-legacy').optional(),
      /** Seed of the partition alone; otherwise the run's seed. */
      seed: z.number().int().min(0).optional(),
    }),
    z.strictObject({
      kind: z.literal('pathological'),
      ...drawn,
      classesPerClient: z.number().int().positive(),
    }),
    z.strictObject({ kind: z.literal('quantity-skew'), ...drawn, alpha: z.number().default(0.5) }),
    z.strictObject({ kind: z.literal('natural'), trainFraction: drawn.trainFraction }),
  ]),
]);

/** A strategy of a recipe: its id or the path of its module, and what differs from its defaults. */
const strategy = z.strictObject({
  id: z.string().min(1),
  /** Name in tables; needed when a strategy occurs twice. */
  label: z.string().min(1).optional(),
  hyper: z.record(z.string(), z.union([z.number(), z.boolean(), z.string()])).default({}),
});

/** A recipe: everything that makes a run, but the seed of the moment and the machine. */
export const recipeSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9._-]*$/, 'must be lower-case letters, digits, dots and dashes'),
  description: z.string().optional(),
  dataset,
  partition,
  /** A family, a model for all, or a list; client i takes model i mod G. */
  models: z.union([z.string(), z.array(z.string()).min(1)]),
  /** The one model of strategies that average parameters. Default: the first of `models`. */
  commonModel: z.string().optional(),
  features: z.number().int().positive().default(512),
  rounds: z.number().int().positive(),
  local: z
    .strictObject({
      epochs: z.number().int().positive().default(1),
      batchSize: z.number().int().positive().default(32),
      dropLast: z.boolean().default(false),
      shuffle: z.boolean().default(true),
      optimiser: optimiser.default({ kind: 'sgd', learningRate: 0.01 }),
    })
    .prefault({}),
  /** What it computes on; see `protonorm doctor`. */
  backend: z.enum(['auto', ...backendNames]).default('auto'),
  participation: z.number().gt(0).max(1).default(1),
  dropOutRate: z.number().min(0).lt(1).default(0),
  seed: z.number().int().min(0).default(1),
  /** First weights: PyTorch's defaults from the seed tree, or the streams of the reference runs (mulberry32). */
  initial: z.enum(['torch', 'reference']).default('torch'),
  strategies: z.array(strategy).min(1),
});

/** A checked recipe. */
export type Recipe = z.infer<typeof recipeSchema>;

/** A strategy of a recipe. */
export type RecipeStrategy = Recipe['strategies'][number];
