import { accessSync, constants } from 'node:fs';

/** Debian's package; another one by the variable CHROMIUM. Playwright's own browser is not downloaded. */
export const chromiumPath = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** Why no browser can be started, for the skip of a test; undefined when one can. */
export function chromiumMissing(): string | undefined {
  try {
    accessSync(chromiumPath, constants.X_OK);
    return undefined;
  } catch {
    return `there is no ${chromiumPath} (apt-get install -y chromium, or set CHROMIUM)`;
  }
}

/** Nothing that calls home; no sandbox, which containers lack. */
export const chromiumFlags: readonly string[] = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
];

/** WebGPU on SwiftShader: the right numbers, slowly, on a machine without a GPU. */
export const softwareGpuFlags: readonly string[] = [
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--enable-features=Vulkan',
];
