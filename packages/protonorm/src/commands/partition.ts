import { defineCommand } from 'citty';
import { partitionSvg, partitionToFile, renderPartitionText } from '@protonorm/datasets';
import { chosenCase } from '../cli/chosen-cases.ts';
import { datasetFlags, datasetOf } from '../cli/dataset-flags.ts';
import { integerFlag } from '../cli/flag-values.ts';
import { interruptSignal } from '../cli/interrupt.ts';
import { changedPartition } from '../cli/partition-flags.ts';
import { partitionJson, partitionSummary } from '../output/partition-text.ts';
import { writeWholeFile } from '../output/write-whole-file.ts';
import { loadRecipe } from '../recipe/load-recipe.ts';
import { parseRecipe } from '../recipe/parse-recipe.ts';
import { loadRunData } from '../run/load-data.ts';

const args = {
  recipe: {
    type: 'string',
    description: 'Recipe whose data and partition are taken; default digits.',
    valueHint: 'name',
  },
  case: { type: 'string', description: 'Case of a recipe that has cases.', valueHint: 'name' },
  ...datasetFlags,
  kind: {
    type: 'string',
    description: "'iid', 'dirichlet', 'pathological', 'quantity-skew' or 'natural'.",
    valueHint: 'kind',
  },
  clients: { type: 'string', description: 'Number of clients.', valueHint: 'n' },
  alpha: { type: 'string', description: 'dirichlet, quantity-skew: concentration, > 0.', valueHint: 'a' },
  'classes-per-client': { type: 'string', description: 'pathological: classes of a client.', valueHint: 'n' },
  'min-samples': {
    type: 'string',
    description: 'dirichlet: fewest samples that a client may get.',
    valueHint: 'n',
  },
  'train-fraction': {
    type: 'string',
    description: "Share of a client's samples that it trains on, in (0, 1).",
    valueHint: 'p',
  },
  compat: {
    type: 'string',
    description: "dirichlet: 'numpy-legacy' draws what the reference draws; 'none' not.",
    valueHint: 'name',
  },
  seed: { type: 'string', description: "Seed. Default: the recipe's.", valueHint: 'n' },
  out: { type: 'string', description: 'JSON file for `protonorm run --partition`.', valueHint: 'file' },
  svg: { type: 'string', description: 'Picture of the partition.', valueHint: 'file' },
  width: { type: 'string', description: 'Characters in a line of the plot (100).', valueHint: 'n' },
  json: { type: 'boolean', default: false, description: 'Print the statistics as JSON on standard output.' },
} as const;

/** `protonorm partition`: the partition that `run` with the same recipe, flags and seed uses. */
export const partition = defineCommand({
  meta: { name: 'partition', description: 'Draw a partition of a data set over clients, and show it.' },
  args,
  async run({ args: flags }) {
    using interrupt = interruptSignal('Stopping; nothing has been written.');
    const { signal } = interrupt;
    const width = integerFlag('width', flags.width, { min: 60, max: 1000 }) ?? 100;
    const asked = chosenCase(await loadRecipe(flags.recipe ?? 'digits'), flags.case);
    const recipe = parseRecipe(
      {
        ...asked,
        dataset: datasetOf(asked.dataset, flags),
        partition: changedPartition(asked.partition, {
          kind: flags.kind,
          clients: flags.clients,
          alpha: flags.alpha,
          'classes-per-client': flags['classes-per-client'],
          'min-samples': flags['min-samples'],
          'train-fraction': flags['train-fraction'],
          compat: flags.compat,
        }),
      },
      `'${asked.name}' with your flags`,
    );
    const seed = integerFlag('seed', flags.seed, { min: 0 }) ?? recipe.seed;
    const { dataset, splits, statistics } = await loadRunData(recipe, { seed, signal });
    const file = partitionToFile(splits, { dataset: dataset.name });
    if (flags.out !== undefined) await writeWholeFile(flags.out, `${JSON.stringify(file)}\n`);
    if (flags.svg !== undefined) {
      const title = `${dataset.name}: samples of each class at each client`;
      const picture = partitionSvg(statistics, {
        title,
        ...(dataset.classNames && { classNames: dataset.classNames }),
      });
      await writeWholeFile(flags.svg, `${picture}\n`);
    }
    const shown = { dataset, partition: splits, statistics };
    if (flags.json) {
      process.stdout.write(`${JSON.stringify(partitionJson(shown), null, 2)}\n`);
      return;
    }
    process.stdout.write(`${renderPartitionText(statistics, { width })}\n\n${partitionSummary(shown)}\n`);
    for (const path of [flags.out, flags.svg]) {
      if (path !== undefined) process.stdout.write(`written ${path}\n`);
    }
  },
});
