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

const paths = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);

/** Keys of a data set that name files of one's own: one kind at most. */
const ownFiles = ['pixels', 'images', 'timeSeries', 'table', 'speech'] as const;

const extent = z.number().int().positive();

const oneDataset = z
  .strictObject({
    /** A known data set, or a name of your own for files of your own. */
    name: z.string().min(1),
    /** Folder of the official files of a known data set. */
    dir: z.string().optional(),
    /** 'val' of `images` alone. */
    split: z.enum(['train', 'val', 'test', 'all']).optional(),
    /** 'any' takes files of a known data set with another number of records than the official ones. */
    records: z.enum(['official', 'any']).optional(),
    /** Only the first n samples of each class, sorted by class. */
    perClass: z.number().int().positive().optional(),
    /** A file of raw pixels with its description, instead of a known data set. */
    pixels: z.string().optional(),
    meta: z.string().optional(),
    /** Folder or .tar.gz of JPEG and PNG images, in folders that are the classes or with a list of labels. */
    images: z.string().min(1).optional(),
    labels: z.string().min(1).optional(),
    /** Height and width that images are brought to, or both as one number. */
    size: z.union([extent, z.tuple([extent, extent])]).optional(),
    /** Files of time series (.ts of the UCR/UEA archive), joined. */
    timeSeries: paths.optional(),
    /** Files of comma-separated values with one header line, joined, and the column of the class. */
    table: paths.optional(),
    label: z.string().min(1).optional(),
    /** Folder or .tar.gz of recordings `{digit}_{speaker}_{take}.wav`. */
    speech: z.string().min(1).optional(),
  })
  .superRefine((dataset, context) => {
    const kinds = ownFiles.filter((key) => dataset[key] !== undefined);
    const refuse = (key: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [key], message, input: dataset });
    if (kinds.length > 1) refuse(kinds[1], `Only one of ${kinds.join(', ')} can be given`);
    if (dataset.table !== undefined && dataset.label === undefined)
      refuse('label', "A table needs the name of the class's column");
    if (dataset.table === undefined && dataset.label !== undefined)
      refuse('label', 'Only a table has a label');
    if (dataset.images === undefined) {
      for (const key of ['labels', 'size'] as const) {
        if (dataset[key] !== undefined) refuse(key, 'It goes with images only');
      }
      if (dataset.split === 'val') refuse('split', "Only images have a part 'val'");
    }
    if (kinds.length > 0 && dataset.records !== undefined)
      refuse('records', `It does not go with ${kinds[0]}`);
    if (kinds.length === 0 || kinds[0] === 'pixels') return;
    for (const key of ['dir', 'split', 'meta'] as const) {
      if (key === 'split' && kinds[0] === 'images') continue;
      if (dataset[key] !== undefined) refuse(key, `It does not go with ${kinds[0]}`);
    }
  });

/** A data set, or several in order of preference: the first whose files are there is taken. */
const dataset = z.union([oneDataset, z.array(oneDataset).min(1)]);

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

const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]*$/, 'must be lower-case letters, digits, dots and dashes');

/** A family, a model for all, or a list; client i takes model i mod G. */
const models = z.union([z.string(), z.array(z.string()).min(1)]);

const features = z.number().int().positive();

const rounds = z.number().int().positive();

/** How a client trains in a round, without the defaults: a case may give a part of it. */
const local = {
  epochs: z.number().int().positive(),
  batchSize: z.number().int().positive(),
  dropLast: z.boolean(),
  shuffle: z.boolean(),
  optimiser,
};

const participation = z.number().gt(0).max(1);

/** How class tables travel: what a coordinate is, and the share of the largest that do. A case gives it as a whole. */
const prototypes = z.strictObject({
  precision: z.enum(['float32', 'float16', 'int8']).default('float32'),
  keep: z.number().gt(0).max(1).default(1),
});

/** First weights: PyTorch's defaults from the seed tree, or the streams of the reference runs (mulberry32). */
const initial = z.enum(['torch', 'reference']);

const seeds = z.array(z.number().int().min(0)).min(1);

/** A case of a recipe: what differs from its top level. */
const recipeCase = z.strictObject({
  /** Also the name of its folder. */
  name,
  dataset: dataset.optional(),
  partition: partition.optional(),
  models: models.optional(),
  commonModel: z.string().optional(),
  features: features.optional(),
  rounds: rounds.optional(),
  /** Key by key; `optimiser` as a whole. */
  local: z.strictObject(local).partial().optional(),
  participation: participation.optional(),
  prototypes: prototypes.optional(),
  initial: initial.optional(),
  seeds: seeds.optional(),
});

/** A strategy of a recipe: its id or the path of its module, and what differs from its defaults. */
const strategy = z.strictObject({
  id: z.string().min(1),
  /** Name in tables; needed when a strategy occurs twice. */
  label: z.string().min(1).optional(),
  hyper: z.record(z.string(), z.union([z.number(), z.boolean(), z.string()])).default({}),
});

/** A recipe: everything that makes a run, but the seed of the moment and the machine. */
export const recipeSchema = z.strictObject({
  name,
  description: z.string().optional(),
  dataset,
  partition,
  /** Share of each client's training samples that is held out and evaluated on; the test samples are then not used. */
  validation: z.number().gt(0).lt(1).optional(),
  models,
  /** The one model of strategies that average parameters. Default: the first of `models`. */
  commonModel: z.string().optional(),
  features: features.default(512),
  rounds,
  local: z
    .strictObject({
      epochs: local.epochs.default(1),
      batchSize: local.batchSize.default(32),
      dropLast: local.dropLast.default(false),
      shuffle: local.shuffle.default(true),
      optimiser: local.optimiser.default({ kind: 'sgd', learningRate: 0.01 }),
    })
    .prefault({}),
  /** What it computes on; see `protonorm doctor`. */
  backend: z.enum(['auto', ...backendNames]).default('auto'),
  participation: participation.default(1),
  dropOutRate: z.number().min(0).lt(1).default(0),
  prototypes: prototypes.prefault({}),
  seed: z.number().int().min(0).default(1),
  /** Of `compare`: each strategy runs with each of them. Default: `seed` alone. */
  seeds: seeds.optional(),
  initial: initial.default('torch'),
  strategies: z.array(strategy).min(1),
  /** Label of the strategy that a comparison with cases compares with the others. Default: the last. */
  focus: z.string().min(1).optional(),
  /** Data sets, partitions and models to compare the strategies on. See `recipeCases`. */
  cases: z.array(recipeCase).min(1).optional(),
});

/** A checked recipe. */
export type Recipe = z.infer<typeof recipeSchema>;

/** A data set of a recipe. */
export type RecipeDataset = z.infer<typeof oneDataset>;

/** A strategy of a recipe. */
export type RecipeStrategy = Recipe['strategies'][number];
