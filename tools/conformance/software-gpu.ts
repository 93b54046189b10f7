import { existsSync } from 'node:fs';
import type { SkippedChecks } from '@protonorm/tensor/testkit';

const swiftShader = '/usr/lib/chromium/vk_swiftshader_icd.json';

/**
 * Gives Vulkan the software driver of Debian's chromium package where nobody has chosen a driver. Call it before WebGPU is
 * loaded, in the main thread.
 */
export function offerSoftwareGpu(): void {
  if (process.env.VK_ICD_FILENAMES === undefined && existsSync(swiftShader)) {
    process.env.VK_ICD_FILENAMES = swiftShader;
  }
}

/** What takes too long without a GPU: about a second for three steps. */
export const tooSlowInSoftware: readonly SkippedChecks[] = [
  {
    reason: '200 steps take a minute without a GPU; webgpu.test.ts of backend-tfjs takes 12',
    checks: ['disposal/no leak over 200 steps'],
  },
];
