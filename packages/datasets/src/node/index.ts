/** Files and downloads of data sets: for Node. The parsers and partitions are in `@protonorm/datasets`. */
export { datasetNames, loadDataset, type DatasetName, type LoadDatasetOptions } from './load-dataset.ts';
export { loadCifar10, loadCifar100, loadMnist, type DatasetSplit, type LoadOptions } from './load-images.ts';
export { loadPixelFile, type LoadPixelFileOptions } from './load-pixel-file.ts';
export { loadTimeSeries, type LoadTimeSeriesOptions } from './load-time-series.ts';
export { loadTable, type LoadTableOptions } from './load-table.ts';
export { loadSpokenDigits, type LoadSpokenDigitsOptions } from './load-spoken-digits.ts';
export {
  loadImageFolder,
  type ImageFolderDataset,
  type LoadImageFolderOptions,
} from './load-image-folder.ts';
export { createImageDecoder } from './image-decoder/create-image-decoder.ts';
export type { DecodedImage, ImageDecoder } from '../images/image-decoder.ts';
export type { ImageSplit } from '../images/image-list.ts';
export type { BrokenImage, ImageProgress } from '../images/stack-images.ts';
export { loadPartition, type LoadPartitionOptions } from './load-partition.ts';
export {
  download,
  type DownloadOptions,
  type DownloadProgress,
  type DownloadResult,
} from './download/download.ts';
export { downloadDataset, type DownloadDatasetOptions } from './download/download-dataset.ts';
export {
  datasetSources,
  type DatasetSource,
  type DownloadableDataset,
  type SourceFile,
} from './download/dataset-sources.ts';
