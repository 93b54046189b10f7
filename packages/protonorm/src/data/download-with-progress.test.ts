import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DatasetSource } from '@protonorm/datasets/node';
import { appeared, workplace } from '../cli/cli.test-support.ts';
import { downloadWithProgress, mirrorSource } from './download-with-progress.ts';

const bytes = Uint8Array.from({ length: 400_000 }, (_, i) => (i * i) % 251);
const sha256 = createHash('sha256').update(bytes).digest('hex');
let dir: string;
let server: Server;
let listener: RequestListener;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'protonorm-download-'));
  server = createServer((request, response) => listener(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(dir, { recursive: true });
});

const url = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
const source = (): DatasetSource => ({
  files: [{ file: 'a.bin', urls: [`${url()}a.bin`], sha256, bytes: bytes.length }],
});
const output = { text: '', write: (text: string) => (output.text += text) };
const signal = new AbortController().signal;

/** A file server that understands ranges; it breaks off after `limit` bytes of its first answer. */
const serve =
  (content: Uint8Array, limit = Infinity): RequestListener =>
  (request, response) => {
    const start = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    response.writeHead(start > 0 ? 206 : 200, {
      'content-length': content.length - start,
      'content-range': `bytes ${start}-${content.length - 1}/${content.length}`,
    });
    if (start > 0 || limit === Infinity) response.end(content.subarray(start));
    else response.write(content.subarray(0, limit), () => setTimeout(() => response.destroy(), 50));
  };

describe('downloadWithProgress', () => {
  it('goes on where the connection broke, and shows how far it is', async () => {
    listener = serve(bytes, 150_000);
    output.text = '';
    const files = await downloadWithProgress('mnist', {
      dir,
      signal,
      output,
      source: source(),
      retryDelayMs: 1,
    });
    expect(new Uint8Array(await readFile(files[0]))).toEqual(bytes);
    expect(output.text).toMatch(/^a\.bin {2}0\.\d of 0\.4 MB\n/);
    expect(output.text).toMatch(/a\.bin {2}0\.4 of 0\.4 MB\n$/);
    expect(output.text.split('\n').length).toBeLessThan(14);
  });

  it('changes one line on a terminal', async () => {
    listener = serve(bytes);
    output.text = '';
    await downloadWithProgress('mnist', {
      dir,
      signal,
      output: { ...output, isTTY: true, write: output.write },
      source: source(),
    });
    expect(output.text).not.toContain('\n');
    expect(output.text.endsWith('\r\x1b[2K')).toBe(true);
  });

  it('refuses another content and leaves nothing', async () => {
    listener = serve(bytes.map((byte, i) => (i === 7 ? byte ^ 1 : byte)));
    const download = downloadWithProgress('mnist', { dir, signal, output, source: source(), attempts: 1 });
    await expect(download).rejects.toMatchObject({ code: 'data-corrupt' });
    expect(existsSync(join(dir, 'a.bin'))).toBe(false);
  });
});

describe('a mirror', () => {
  it('has the official names and checksums', () => {
    expect(mirrorSource('cifar10', 'http://here/files').files[0]).toMatchObject({
      urls: ['http://here/files/cifar-10-binary.tar.gz'],
      sha256: expect.stringMatching(/^c4a38c50/),
    });
  });

  it('with other bytes is refused by the program, and Ctrl-C keeps what has arrived', async () => {
    await using place = await workplace();
    const download = ['data', 'mnist', '--download', '--data-dir', 'mnist', '--mirror', url()];
    listener = serve(bytes);
    const refused = await place.run(...download);
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toMatch(/error \(data-corrupt\): .* has the SHA-256/);

    listener = (_, response) => {
      response.writeHead(200, { 'content-length': 10_000_000 });
      response.write(bytes);
    };
    const call = place.start(...download);
    const part = join(place.path, 'mnist/train-images-idx3-ubyte.gz.part');
    await appeared(part, call);
    while ((await readFile(part)).length < bytes.length)
      await new Promise((resolve) => setTimeout(resolve, 5));
    call.process.kill('SIGINT');
    expect(await call.ended).toMatchObject({ code: 130, stdout: '' });
    expect((await readFile(part)).length).toBe(bytes.length);
  });
});
