import type { Partition, PartitionStatistics } from '@protonorm/datasets';
import type { Dataset } from '@protonorm/tensor';

/** A partition as a command shows it. */
export interface ShownPartition {
  readonly dataset: Dataset;
  readonly partition: Partition;
  readonly statistics: PartitionStatistics;
}

/** How the partition was drawn and how uneven it is, in words. */
export function partitionSummary({ dataset, partition, statistics }: ShownPartition): string {
  const { kind, seed, compat, options, tries, warnings } = partition;
  const { sizes, trainSizes, testSizes, effectiveClasses, missingClasses } = statistics;
  const settings = Object.entries(options).map(([name, value]) => `${name} ${String(value)}`);
  const missing = missingClasses.reduce((sum, list) => sum + list.length, 0);
  const total = (values: Iterable<number>): number => Array.from(values).reduce((a, b) => a + b, 0);
  return [
    `${kind} partition of ${dataset.name}, seed ${seed}: ${settings.join(', ')}${compat === undefined ? '' : `, as the reference draws it (${compat})`}; ${tries} ${tries === 1 ? 'draw' : 'draws'}`,
    `samples of a client: ${Math.min(...sizes)} to ${Math.max(...sizes)}; ${total(trainSizes)} for training, ${total(testSizes)} for testing`,
    `effective classes of a client (exp of the entropy): ${Math.min(...effectiveClasses).toFixed(1)} to ${Math.max(...effectiveClasses).toFixed(1)}; ${missing} of ${sizes.length * dataset.classes} pairs of client and class have no sample`,
    ...warnings.map((warning) => `note: ${warning}`),
  ].join('\n');
}

/** The same for programs. */
export function partitionJson({ dataset, partition, statistics }: ShownPartition): Record<string, unknown> {
  const { kind, seed, compat, options, tries, warnings } = partition;
  const rows = (counts: readonly Int32Array[]): number[][] => counts.map((row) => Array.from(row));
  return {
    dataset: dataset.name,
    kind,
    seed,
    compat: compat ?? null,
    options,
    tries,
    warnings,
    statistics: {
      ...statistics,
      counts: rows(statistics.counts),
      trainCounts: rows(statistics.trainCounts),
      testCounts: rows(statistics.testCounts),
      sizes: Array.from(statistics.sizes),
      trainSizes: Array.from(statistics.trainSizes),
      testSizes: Array.from(statistics.testSizes),
      entropy: Array.from(statistics.entropy),
      effectiveClasses: Array.from(statistics.effectiveClasses),
    },
  };
}
