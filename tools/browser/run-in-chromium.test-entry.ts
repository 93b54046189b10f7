/** What `run-in-chromium.test.ts` runs in a browser. */
export default async function inBrowser({
  wait = 0,
  fail = '',
}: {
  wait?: number;
  fail?: string;
}): Promise<unknown> {
  if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
  if (fail !== '') throw new TypeError(fail);
  const file = await fetch('/data.json').then((response) => response.json() as Promise<unknown>);
  return {
    page: typeof document === 'object',
    isolated: globalThis.crossOriginIsolated,
    gpu: 'gpu' in navigator && (await navigator.gpu.requestAdapter()) !== null,
    file,
  };
}
