/**
 * Data sets and their partitions over clients, without any file access: runs in browsers, workers and Node.
 * Files and downloads are in `@protonorm/datasets/node`.
 */
export { digitsDataset } from './digits/digits.ts';
export { parseCifar10, parseCifar100, type CifarFile } from './images/cifar.ts';
export { parseIdx, parseMnist, type IdxArray, type MnistPart } from './images/idx.ts';
export { checkPixelFileMeta, parsePixelFile, type PixelFileMeta } from './images/pixel-file.ts';
export { parseTimeSeries, type TimeSeriesOptions } from './time-series/time-series.ts';
export { parseTable, type TableDataset, type TableOptions } from './tables/table.ts';
export { parseSpokenDigits, type SpokenDigitFile, type SpokenDigitsOptions } from './audio/spoken-digits.ts';
export type { TextFile } from './text/text-file.ts';
export { concatDatasets, selectSamples, takePerClass } from './selection/select-samples.ts';
export {
  assignReferenceRows,
  partition,
  type Partition,
  type ReferenceAssignment,
} from './partition/partition.ts';
export { referenceTrainTestSplit } from './numpy-legacy/reference-partition.ts';
export {
  partitionKinds,
  type CommonPartitionOptions,
  type DirichletPartitionOptions,
  type IidPartitionOptions,
  type NaturalPartitionOptions,
  type PartitionKind,
  type PartitionOptions,
  type PathologicalPartitionOptions,
  type QuantitySkewPartitionOptions,
} from './partition/partition-options.ts';
export {
  partitionFromFile,
  partitionToFile,
  type PartitionFile,
  type PartitionFileTarget,
} from './partition/partition-file.ts';
export { partitionStatistics, type PartitionStatistics } from './partition/partition-statistics.ts';
export { renderPartitionText } from './partition/render-text.ts';
export { partitionSvg, type PartitionSvgOptions } from './partition/render-svg.ts';
export { createNumpyRandomState, type NumpyRandomState } from './numpy-legacy/random-state.ts';
export { glibcLog } from './numpy-legacy/glibc-log.ts';
export { glibcPow } from './numpy-legacy/glibc-pow.ts';
