import { existsSync } from 'node:fs';
import { isProtoNormError } from '@protonorm/tensor';
import { createBackend } from '../backend/create-backend.ts';

const swiftShader = '/usr/lib/chromium/vk_swiftshader_icd.json';

/**
 * Why WebGPU cannot be tested here, for the skip; undefined when it can. Without a choice of drivers, that of Debian's
 * chromium package is taken: by software, the right numbers slowly.
 */
export async function webgpuMissing(): Promise<string | undefined> {
  if (existsSync(swiftShader)) process.env.VK_ICD_FILENAMES ??= swiftShader;
  try {
    (await createBackend('webgpu'))[Symbol.dispose]();
    return undefined;
  } catch (error) {
    if (isProtoNormError(error) && error.code === 'backend-unavailable') return error.message;
    throw error;
  }
}
