import { datasetSources } from '@protonorm/datasets/node';

/** What is known of a data set before its files are there. */
export interface KnownDataSet {
  readonly name: string;
  readonly summary: string;
  readonly shape: readonly number[];
  readonly classes: number;
  /** Samples of each part; data sets without parts have 'all'. */
  readonly parts: Readonly<Partial<Record<'train' | 'test' | 'all', number>>>;
  readonly licence: string;
  /** Comes with `@protonorm/datasets`: no files, no download. */
  readonly bundled: boolean;
  /** Bytes of the official files as they are downloaded; 0 when bundled. */
  readonly downloadBytes: number;
  /** SHA-256 of stored pixels and int32 labels of each part, from files with the official checksums. */
  readonly sha256?: Readonly<Partial<Record<'train' | 'test' | 'all', string>>>;
}

const bytesOf = (name: keyof typeof datasetSources): number =>
  datasetSources[name].files.reduce((sum, { bytes }) => sum + bytes, 0);

/** Every data set that recipes can name; a row each. */
export const knownDataSets: readonly KnownDataSet[] = [
  {
    name: 'digits',
    summary: 'hand-written digits of scikit-learn (UCI)',
    shape: [8, 8, 1],
    classes: 10,
    parts: { all: 1797 },
    licence: 'CC-BY-4.0',
    bundled: true,
    downloadBytes: 0,
    sha256: { all: 'fe61bc84cd6a594d5ed1b937b7d8f8f791d4091d2a9df91fe5d6066156a4db6e' },
  },
  {
    name: 'mnist',
    summary: 'hand-written digits of NIST',
    shape: [28, 28, 1],
    classes: 10,
    parts: { train: 60_000, test: 10_000 },
    licence: 'often given as CC-BY-SA-3.0',
    bundled: false,
    downloadBytes: bytesOf('mnist'),
    sha256: {
      train: '6a364e333ea1f8ab86e4d641d64a8cf8d8644433f54b0a78e32c2b9e143672d0',
      test: '45a60edfded3b2bb860a7fd195c83431011e7f04318268b4f2de30030af9444e',
    },
  },
  {
    name: 'cifar10',
    summary: 'colour photographs of ten kinds of things',
    shape: [32, 32, 3],
    classes: 10,
    parts: { train: 50_000, test: 10_000 },
    licence: 'none stated; cite Krizhevsky 2009',
    bundled: false,
    downloadBytes: bytesOf('cifar10'),
    sha256: {
      train: '72c15e60c081b70e34054cb162580e0d24094d4efdce45b6c8c1fe5acc39221e',
      test: '8353b1fbf11acba6dc8b5e9d2fb108294de95b6e979d31428bf914289e4189c5',
    },
  },
  {
    name: 'cifar100',
    summary: 'colour photographs of a hundred kinds of things',
    shape: [32, 32, 3],
    classes: 100,
    parts: { train: 50_000, test: 10_000 },
    licence: 'none stated; cite Krizhevsky 2009',
    bundled: false,
    downloadBytes: bytesOf('cifar100'),
  },
];

/** How the official files of a data set are had. */
export function howToGet({ name, bundled }: KnownDataSet): string {
  return bundled ? 'bundled: nothing to do' : `protonorm data ${name} --download --data-dir DIR`;
}
