import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { describe, expect, it } from 'vitest';

import { loadCifar10 } from '../load-images.ts';
import { temporaryFolder } from '../temporary-folder.test-support.ts';
import { bytesSha256 } from './checksum.ts';
import { downloadDataset } from './download-dataset.ts';
import { datasetSources, type DatasetSource } from './dataset-sources.ts';
import { tarArchive } from './tar-archive.test-support.ts';
import { serve, testServer } from './test-server.test-support.ts';

const code = (name: string) => expect.objectContaining({ code: name });
const files = datasetSources.cifar10.members.map(({ file }, i) => ({
  file,
  bytes: Uint8Array.from({ length: 2 * 3073 }, (_, k) => (k % 3073 === 0 ? i : k & 255)),
}));
const archive = gzipSync(
  tarArchive([
    { name: 'cifar-10-batches-bin/', type: '5' },
    { name: 'cifar-10-batches-bin/readme.html', bytes: Uint8Array.of(60) },
    ...files.map(({ file, bytes }) => ({ name: `cifar-10-batches-bin/${file}`, bytes })),
  ]),
);

/** The official description with the address and the checksums of the archive above. */
function sourceAt(...urls: string[]): DatasetSource {
  return {
    files: [{ file: 'cifar-10-binary.tar.gz', urls, sha256: bytesSha256(archive), bytes: archive.length }],
    members: files.map(({ file, bytes }) => ({ file, sha256: bytesSha256(bytes) })),
  };
}

describe('downloadDataset', () => {
  it('downloads, unpacks the data files and deletes the archive', async () => {
    await using folder = await temporaryFolder();
    await using server = await testServer(serve(archive));
    const paths = await downloadDataset('cifar10', { dir: folder.path, source: sourceAt(server.url) });
    expect(paths).toEqual(files.map(({ file }) => join(folder.path, file)));
    expect((await readdir(folder.path)).sort()).toEqual(files.map(({ file }) => file).sort());
    expect(new Uint8Array(await readFile(paths[5]))).toEqual(files[5].bytes);
  });

  it('is what loaders do when files are missing', async () => {
    await using folder = await temporaryFolder();
    await using server = await testServer(serve(archive));
    const options = { dir: folder.path, records: 'any', download: { source: sourceAt(server.url) } } as const;
    const dataset = await loadCifar10(options);
    expect([...dataset.labels]).toEqual([0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5]);
    await loadCifar10(options);
    expect(server.ranges.length).toBe(1);
  });

  it('goes to the next mirror', async () => {
    await using folder = await temporaryFolder();
    await using gone = await testServer((_, response) => response.writeHead(404).end());
    await using server = await testServer(serve(archive));
    await downloadDataset('cifar10', { dir: folder.path, source: sourceAt(gone.url, server.url) });
    expect([gone.ranges.length, server.ranges.length]).toEqual([1, 1]);
    await using again = await temporaryFolder();
    const only = downloadDataset('cifar10', { dir: again.path, source: sourceAt(gone.url) });
    await expect(only).rejects.toThrow(code('download-failed'));
  });

  it('replaces nothing when the archive has another or no such file', async () => {
    await using folder = await temporaryFolder();
    await using server = await testServer(serve(archive));
    const target = join(folder.path, 'data_batch_1.bin');
    await writeFile(target, 'old');
    const source = sourceAt(server.url);
    for (const members of [
      [{ file: 'data_batch_1.bin' }, { file: 'data_batch_2.bin', sha256: '0'.repeat(64) }],
      [{ file: 'data_batch_1.bin' }, { file: 'data_batch_9.bin' }],
    ]) {
      const unpacking = downloadDataset('cifar10', { dir: folder.path, source: { ...source, members } });
      await expect(unpacking).rejects.toThrow(code('data-corrupt'));
      expect(await readFile(target, 'utf8')).toBe('old');
    }
  });

  it('refuses an archive that is no gzip file', async () => {
    await using folder = await temporaryFolder();
    const bytes = new TextEncoder().encode('<html>not found</html>');
    await using server = await testServer(serve(bytes));
    const [file] = sourceAt(server.url).files;
    const source = { files: [{ ...file, sha256: bytesSha256(bytes) }], members: [{ file: 'train.bin' }] };
    await expect(downloadDataset('cifar100', { dir: folder.path, source })).rejects.toThrow(
      /no readable gzip file/,
    );
  });

  it('refuses a name without a source', async () => {
    await using folder = await temporaryFolder();
    const unknown = downloadDataset('digits' as never, { dir: folder.path });
    await expect(unknown).rejects.toThrow(code('unknown-dataset'));
  });
});

describe('datasetSources', () => {
  it('has a checksum, a size and https addresses for every file', () => {
    for (const source of Object.values<DatasetSource>(datasetSources)) {
      for (const { file, urls, sha256, bytes } of source.files) {
        expect(sha256).toMatch(/^[0-9a-f]{64}$/);
        expect(bytes).toBeGreaterThan(1000);
        for (const url of urls) expect(url).toMatch(new RegExp(`^https://.*/${file}$`));
      }
    }
  });
});
