import { chromium } from 'playwright-core';
import { bundleForBrowser } from './bundle-for-browser.ts';
import { chromiumFlags, chromiumMissing, chromiumPath, softwareGpuFlags } from './chromium.ts';
import { serveFiles } from './serve-files.ts';

/** What is run, and where. */
export interface ChromiumRun {
  /**
   * A module whose default export is an async function of one JSON value that returns a JSON value; it is bundled with
   * all that it imports.
   */
  readonly entry: string | URL;
  /** The function's argument. @defaultValue null */
  readonly argument?: unknown;
  /** In the page, or in a module Web Worker. @defaultValue 'page' */
  readonly where?: 'page' | 'worker';
  /** Further files: from the path in a URL, such as '/wasm/a.wasm', to the place on disk. */
  readonly files?: Readonly<Record<string, string>>;
  /** Offer WebGPU by software. @defaultValue false */
  readonly gpu?: boolean;
  /** @defaultValue 120 000 */
  readonly timeLimitMs?: number;
  /** Gets each line that the page writes to its console. */
  readonly onConsole?: (line: string) => void;
}

type Outcome = { readonly value: unknown } | { readonly error: string };

/**
 * Runs a function in headless Chromium and returns its result; whatever comes, browser and server are closed behind it.
 *
 * The page is cross-origin isolated (COOP, COEP), served from 127.0.0.1, and reaches nothing else.
 *
 * @throws `Error` without Chromium, past the time limit, when the bundle does not build, and with the stack of what the
 *   function throws
 * @example
 * ```ts
 * const { sum } = await runInChromium<{ sum: number }>({
 *   entry: new URL('./add.ts', import.meta.url), // export default async ([a, b]: number[]) => ({ sum: a + b });
 *   argument: [1, 2],
 *   where: 'worker',
 * });
 * ```
 */
export async function runInChromium<T>(run: ChromiumRun): Promise<T> {
  const { entry, argument = null, where = 'page', files = {}, gpu = false, timeLimitMs = 120_000 } = run;
  const missing = chromiumMissing();
  if (missing !== undefined) throw new Error(`No Chromium: ${missing}.`);
  const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
  await using server = await serveFiles(
    new Map<string, Uint8Array | string>([
      ...Object.entries(files),
      ...(await bundleForBrowser(entry)),
      ['/', encode(pageHtml)],
      ['/page.js', encode(pageCode)],
      ['/run.js', encode(runCode)],
      ['/worker.js', encode(workerCode)],
    ]),
  );
  const browser = await chromium.launch({
    executablePath: chromiumPath,
    args: [...chromiumFlags, ...(gpu ? softwareGpuFlags : [])],
    timeout: 60_000,
  });
  let timer: NodeJS.Timeout | undefined;
  try {
    const page = await browser.newPage();
    const failure = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`No result after ${timeLimitMs / 1000} s.`)), timeLimitMs);
      page.on('crash', () => reject(new Error('The page crashed.')));
      page.on('pageerror', (error) => reject(error));
    });
    if (run.onConsole) page.on('console', (message) => run.onConsole?.(message.text()));
    const outcome = await Promise.race([
      failure,
      page.goto(server.origin).then(() =>
        page.evaluate(
          ([where, argument]) => {
            type Page = { runIn: Record<string, (argument: unknown) => Promise<Outcome>> };
            return (globalThis as unknown as Page).runIn[where](argument);
          },
          [where, argument] as [string, unknown],
        ),
      ),
    ]);
    if ('value' in outcome) return outcome.value as T;
    const lost = server.missing.length > 0 ? `\nNot found: ${server.missing.join(', ')}` : '';
    throw new Error(`In Chromium's ${where}: ${outcome.error}${lost}`);
  } finally {
    clearTimeout(timer);
    await browser.close();
  }
}

// Text, not functions: test runners rewrite the import() of functions, and these run where their rewriting means nothing.

const runCode = `
export async function run(argument) {
  try {
    const { default: body } = await import('/entry.js');
    return { value: await body(argument) };
  } catch (error) {
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
`;

const workerCode = `
import { run } from '/run.js';
self.onmessage = async ({ data }) => self.postMessage(await run(data));
`;

const pageCode = `
import { run } from '/run.js';
const runInWorker = (argument) =>
  new Promise((resolve) => {
    const worker = new Worker('/worker.js', { type: 'module' });
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => resolve({ error: message || 'the worker did not start' });
    worker.postMessage(argument);
  });
globalThis.runIn = { page: run, worker: runInWorker };
`;

const pageHtml =
  '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><script type="module" src="/page.js"></script>';
