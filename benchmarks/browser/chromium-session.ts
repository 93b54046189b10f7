import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { bundleForBrowser } from '../../tools/browser/bundle-for-browser.ts';
import { chromiumFlags, chromiumPath } from '../../tools/browser/chromium.ts';
import { serveFiles } from '../../tools/browser/serve-files.ts';
import type { StepProcess } from '../training/child-process.ts';
import type { Answer, Request } from '../training/protocol.ts';

/** Headless Chromium that stays open, unlike that of `runInChromium`: its workers wait while others are timed. */
export interface ChromiumSession extends AsyncDisposable {
  /** As 'Chromium 156.0.8078.108'. */
  readonly description: string;
  /** A page of its own with a worker that runs browser-steps.ts. */
  startWorker(): Promise<StepProcess>;
}

/** @throws `Error` when Chromium does not start */
export async function openChromium(): Promise<ChromiumSession> {
  const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
  const files = new Map<string, Uint8Array | string>([
    ...(await bundleForBrowser(new URL('./browser-steps.ts', import.meta.url))),
    ['/', encode(pageHtml)],
    ['/page.js', encode(pageCode)],
  ]);
  const server = await serveFiles(files);
  const browser = await chromium
    .launch({ executablePath: chromiumPath, args: [...chromiumFlags], timeout: 60_000 })
    .catch(async (error: unknown) => {
      await server[Symbol.asyncDispose]();
      throw error;
    });
  const cases: string[] = [];
  /** The URL under which the files of a case are served. */
  const serveCase = (folder: string): string => {
    if (!cases.includes(folder)) cases.push(folder);
    const url = `/cases/${cases.indexOf(folder)}`;
    for (const name of ['case.json', 'parameters.f32', 'inputs.f32', 'labels.i32', 'prototypes.f32']) {
      files.set(`${url}/${name}`, join(folder, name));
    }
    return url;
  };
  return {
    description: `Chromium ${browser.version()}`,
    async startWorker() {
      const page = await browser.newPage();
      const crash = new Promise<never>((_, reject) => {
        page.on('crash', () => reject(new Error('the page crashed')));
        page.on('pageerror', reject);
      });
      crash.catch(() => undefined); // told by the next question
      await page.goto(server.origin);
      return {
        async ask(request) {
          const asked: Request =
            request.command === 'load' ? { ...request, folder: serveCase(request.folder) } : request;
          const answer = await Promise.race([
            crash,
            page.evaluate(
              (request) => (globalThis as unknown as { ask(request: Request): Promise<Answer> }).ask(request),
              asked,
            ),
          ]);
          if (answer.error !== undefined) throw new Error(answer.error);
          return answer;
        },
        close: () => void page.close(),
      };
    },
    async [Symbol.asyncDispose]() {
      await browser.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

const pageCode = `
const worker = new Worker('/entry.js', { type: 'module' });
let answered;
worker.onmessage = ({ data }) => answered(data);
worker.onerror = ({ message }) => answered({ error: message || 'the worker did not start' });
globalThis.ask = (request) =>
  new Promise((resolve) => {
    answered = resolve;
    worker.postMessage(request);
  });
`;

const pageHtml =
  '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><script type="module" src="/page.js"></script>';
