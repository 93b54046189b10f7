import { existsSync } from 'node:fs';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { temporaryFolder } from '../temporary-folder.test-support.ts';
import { bytesSha256 } from './checksum.ts';
import { download, type DownloadOptions, type DownloadProgress } from './download.ts';
import { breakOff, serve, testServer } from './test-server.test-support.ts';

const code = (name: string) => expect.objectContaining({ code: name });
const bytes = Uint8Array.from({ length: 100_000 }, (_, i) => (i * 31 + (i >> 8)) & 255);
const sha256 = bytesSha256(bytes);
const wrong = bytes.map((byte) => byte ^ 1);
const quick = { retryDelayMs: 1, stallTimeoutMs: 2000 } satisfies Partial<DownloadOptions>;

describe('download', () => {
  it('fetches a file, reports progress, and leaves nothing else behind', async () => {
    await using folder = await temporaryFolder();
    await using server = await testServer(serve(bytes));
    const file = join(folder.path, 'deep', 'file.bin');
    const progress: DownloadProgress[] = [];
    const result = await download({
      url: server.url,
      file,
      sha256,
      onProgress: (p) => progress.push(p),
      ...quick,
    });
    expect(result).toEqual({ file, bytes: bytes.length, reused: false });
    expect(new Uint8Array(await readFile(file))).toEqual(bytes);
    expect(await readdir(join(folder.path, 'deep'))).toEqual(['file.bin']);
    expect(progress.at(-1)).toEqual({
      url: server.url,
      file,
      attempt: 1,
      received: bytes.length,
      total: bytes.length,
    });
    const received = progress.map((p) => p.received);
    expect(received).toEqual([...received].sort((a, b) => a - b));
  });

  it('keeps an existing file with the right checksum and asks nobody', async () => {
    await using folder = await temporaryFolder();
    await using server = await testServer(serve(bytes));
    const file = join(folder.path, 'file.bin');
    await writeFile(file, bytes);
    expect(await download({ url: server.url, file, sha256 })).toMatchObject({ reused: true });
    expect(await download({ url: server.url, file })).toMatchObject({ reused: true });
    expect(server.ranges).toEqual([]);
  });

  it('replaces an existing file with a wrong checksum', async () => {
    await using folder = await temporaryFolder();
    await using server = await testServer(serve(bytes));
    const file = join(folder.path, 'file.bin');
    await writeFile(file, wrong);
    await download({ url: server.url, file, sha256, ...quick });
    expect(new Uint8Array(await readFile(file))).toEqual(bytes);
  });

  it('continues where the connection broke, as often as it takes', async () => {
    await using folder = await temporaryFolder();
    const half = breakOff(bytes, 40_000);
    const whole = serve(bytes);
    await using server = await testServer((request, response, count) =>
      (count < 3 ? half : whole)(request, response, count),
    );
    const file = join(folder.path, 'file.bin');
    await download({ url: server.url, file, sha256, ...quick });
    expect(new Uint8Array(await readFile(file))).toEqual(bytes);
    const starts = server.ranges.map((range) => Number(/\d+/.exec(range ?? '0')));
    expect(starts.length).toBe(3);
    expect(starts[0] < starts[1] && starts[1] < starts[2] && starts[2] <= 80_000).toBe(true);
  });

  it('gives up after the last attempt and keeps what has arrived for the next call', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'file.bin');
    {
      await using server = await testServer(breakOff(bytes, 10_000));
      await expect(download({ url: server.url, file, sha256, attempts: 2, ...quick })).rejects.toThrow(
        code('download-failed'),
      );
      expect(server.ranges.length).toBe(2);
    }
    expect(await readdir(folder.path)).toEqual(['file.bin.part']);
    const { size } = await stat(`${file}.part`);
    expect(size > 0 && size <= 20_000).toBe(true);
    await using server = await testServer(serve(bytes));
    await download({ url: server.url, file, sha256, ...quick });
    expect(server.ranges).toEqual([`bytes=${size}-`]);
    expect(new Uint8Array(await readFile(file))).toEqual(bytes);
  });

  it('starts again when the server ignores the range', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'file.bin');
    await writeFile(`${file}.part`, bytes.subarray(0, 30_000));
    await using server = await testServer((_, response) => response.writeHead(200).end(bytes)); // chunked, no length
    await download({ url: server.url, file, sha256, ...quick });
    expect(server.ranges).toEqual(['bytes=30000-']);
    expect(new Uint8Array(await readFile(file))).toEqual(bytes);
  });

  it('finishes a partial file that is already complete', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'file.bin');
    await writeFile(`${file}.part`, bytes);
    await using server = await testServer(serve(bytes));
    await download({ url: server.url, file, sha256, ...quick });
    expect(new Uint8Array(await readFile(file))).toEqual(bytes);
  });

  it('starts again when the partial file is longer than the file or continued at another byte', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'file.bin');
    await writeFile(`${file}.part`, new Uint8Array(bytes.length + 5));
    await using server = await testServer(serve(bytes));
    await download({ url: server.url, file, sha256, ...quick });
    expect(server.ranges).toEqual([`bytes=${bytes.length + 5}-`, undefined]);

    const other = join(folder.path, 'other.bin');
    await writeFile(`${other}.part`, bytes.subarray(0, 10));
    await using odd = await testServer((request, response, count) =>
      count === 1
        ? response
            .writeHead(206, { 'content-range': `bytes 3-${bytes.length - 1}/${bytes.length}` })
            .end(bytes.subarray(3))
        : serve(bytes)(request, response, count),
    );
    await download({ url: odd.url, file: other, sha256, ...quick });
    expect(new Uint8Array(await readFile(other))).toEqual(bytes);
  });

  it('fetches from the start when what it continued was of another file', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'file.bin');
    await writeFile(`${file}.part`, wrong.subarray(0, 30_000));
    await using server = await testServer(serve(bytes));
    await download({ url: server.url, file, sha256, ...quick });
    expect(server.ranges).toEqual(['bytes=30000-', undefined]);
    expect(new Uint8Array(await readFile(file))).toEqual(bytes);
  });

  it('refuses a wrong checksum and leaves the existing file as it was', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'file.bin');
    await writeFile(file, 'old');
    await using server = await testServer(serve(wrong));
    await expect(download({ url: server.url, file, sha256, ...quick })).rejects.toThrow(code('data-corrupt'));
    expect(server.ranges.length).toBe(1);
    expect(await readFile(file, 'utf8')).toBe('old');
    expect(await readdir(folder.path)).toEqual(['file.bin']);
  });

  it('notices a length that is short, also without a checksum', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'file.bin');
    await using server = await testServer(breakOff(bytes, 10));
    await expect(download({ url: server.url, file, attempts: 1, ...quick })).rejects.toThrow(
      code('download-failed'),
    );
    expect(existsSync(file)).toBe(false);
  });

  it('ends a stall, before and within the answer', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'file.bin');
    const options = { file, sha256, attempts: 2, retryDelayMs: 1, stallTimeoutMs: 150 };
    await using silent = await testServer(() => {});
    await expect(download({ url: silent.url, ...options })).rejects.toThrow(code('timeout'));
    expect(silent.ranges.length).toBe(2);
    await using server = await testServer((_, response) => {
      response.writeHead(200, { 'content-length': bytes.length }).write(bytes.subarray(0, 1000));
    });
    await expect(download({ url: server.url, ...options })).rejects.toThrow(/sent nothing for 150 ms/);
    await using good = await testServer(serve(bytes));
    await download({ url: good.url, file, sha256, ...quick });
    expect(good.ranges).toEqual(['bytes=1000-']);
  });

  it('takes as long as bytes keep coming', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'file.bin');
    await using server = await testServer((_, response) => {
      response.writeHead(200, { 'content-length': bytes.length });
      let sent = 0;
      const timer = setInterval(() => {
        response.write(bytes.subarray(sent, (sent += 10_000)));
        if (sent >= bytes.length) clearInterval(timer);
      }, 130);
    });
    await download({ url: server.url, file, sha256, attempts: 1, stallTimeoutMs: 1000 });
    expect(new Uint8Array(await readFile(file))).toEqual(bytes);
  });

  it('does not repeat a refusal, but a server error and "try again later"', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'file.bin');
    await using missing = await testServer((_, response) => response.writeHead(404).end('no'));
    await expect(download({ url: missing.url, file, ...quick })).rejects.toThrow(/HTTP 404/);
    expect(missing.ranges.length).toBe(1);
    await using busy = await testServer((request, response, count) =>
      count < 3 ? response.writeHead(count === 1 ? 503 : 429).end() : serve(bytes)(request, response, count),
    );
    await download({ url: busy.url, file, sha256, ...quick });
    expect(busy.ranges.length).toBe(3);
  });

  it('stops on abort with the reason of the signal, and can be continued', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'file.bin');
    const controller = new AbortController();
    const reason = new Error('enough');
    await using server = await testServer((_, response) => {
      response.writeHead(200, { 'content-length': bytes.length }).write(bytes.subarray(0, 5000));
    });
    const options = { url: server.url, file, sha256, signal: controller.signal, ...quick };
    await expect(download({ ...options, onProgress: () => controller.abort(reason) })).rejects.toBe(reason);
    await expect(download(options)).rejects.toBe(reason);
    expect(await readdir(folder.path)).toEqual(['file.bin.part']);
    await using good = await testServer(serve(bytes));
    await download({ ...options, url: good.url, signal: new AbortController().signal });
    expect(good.ranges).toEqual(['bytes=5000-']);
  });

  it('stops on abort while it waits for the next attempt', async () => {
    await using folder = await temporaryFolder();
    const controller = new AbortController();
    await using server = await testServer((_, response) => {
      response.writeHead(500).end();
      setTimeout(() => controller.abort(new Error('enough')), 20);
    });
    const file = join(folder.path, 'file.bin');
    const options = { url: server.url, file, signal: controller.signal, retryDelayMs: 60_000 };
    await expect(download(options)).rejects.toThrow('enough');
  });
});
