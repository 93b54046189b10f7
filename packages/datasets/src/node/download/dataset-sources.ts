/** A file to be downloaded. */
export interface SourceFile {
  /** Name under which it is kept. */
  readonly file: string;
  /** Where it can be had, tried in order. */
  readonly urls: readonly string[];
  /** SHA-256 in hexadecimal. */
  readonly sha256: string;
  readonly bytes: number;
}

/** Where the files of a data set come from. */
export interface DatasetSource {
  readonly files: readonly SourceFile[];
  /**
   * For a .tar.gz archive: the files that are taken out of it, by their name in the archive without folders.
   * The archive is deleted afterwards.
   */
  readonly members?: readonly { readonly file: string; readonly sha256?: string }[];
}

const mnistFile = (file: string, sha256: string, bytes: number): SourceFile => ({
  file,
  urls: [
    `https://ossci-datasets.s3.amazonaws.com/mnist/${file}`,
    `https://storage.googleapis.com/cvdf-datasets/mnist/${file}`,
  ],
  sha256,
  bytes,
});

/** Official places and checksums of the data sets that can be downloaded. */
export const datasetSources = {
  cifar10: {
    files: [
      {
        file: 'cifar-10-binary.tar.gz',
        urls: ['https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz'],
        sha256: 'c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd',
        bytes: 170_052_171,
      },
    ],
    members: [
      {
        file: 'data_batch_1.bin',
        sha256: 'cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5',
      },
      {
        file: 'data_batch_2.bin',
        sha256: 'a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed',
      },
      {
        file: 'data_batch_3.bin',
        sha256: 'bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67',
      },
      {
        file: 'data_batch_4.bin',
        sha256: '014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48',
      },
      {
        file: 'data_batch_5.bin',
        sha256: '755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add',
      },
      { file: 'test_batch.bin', sha256: '8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b' },
    ],
  },
  cifar100: {
    files: [
      {
        file: 'cifar-100-binary.tar.gz',
        urls: ['https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz'],
        sha256: '58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec',
        bytes: 168_513_733,
      },
    ],
    members: [{ file: 'train.bin' }, { file: 'test.bin' }],
  },
  mnist: {
    files: [
      mnistFile(
        'train-images-idx3-ubyte.gz',
        '440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609',
        9_912_422,
      ),
      mnistFile(
        'train-labels-idx1-ubyte.gz',
        '3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c',
        28_881,
      ),
      mnistFile(
        't10k-images-idx3-ubyte.gz',
        '8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6',
        1_648_877,
      ),
      mnistFile(
        't10k-labels-idx1-ubyte.gz',
        'f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6',
        4_542,
      ),
    ],
  },
} as const satisfies Record<string, DatasetSource>;

/** Names of the data sets that can be downloaded. */
export type DownloadableDataset = keyof typeof datasetSources;
