import { parseArgs } from 'node:util';
import { ProtoNormError } from '@protonorm/tensor';
import {
  backendNames,
  checkBackendName,
  type BackendName,
} from '../../packages/protonorm/src/backend/backend-table.ts';

/** How the tool is called. */
export interface GoldenFlags {
  readonly files: readonly string[];
  /** Left out: all that work here. */
  readonly backend?: BackendName;
  readonly json: boolean;
}

const usage = `npm run golden -- FILE... [--backend ${backendNames.join('|')}] [--json]`;

/** @throws `invalid-argument`, `unknown-backend` */
export function readFlags(args: readonly string[]): GoldenFlags {
  let parsed;
  try {
    parsed = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { backend: { type: 'string' }, json: { type: 'boolean', default: false } },
    });
  } catch (cause) {
    throw refusal((cause as Error).message.split('\n', 1)[0], args, cause);
  }
  const { positionals: files, values } = parsed;
  if (files.length === 0) throw refusal('No file is given.', args);
  const asked = values.backend === undefined ? undefined : checkBackendName(values.backend);
  return { files, json: values.json, ...(asked !== undefined && asked !== 'auto' && { backend: asked }) };
}

function refusal(message: string, received: unknown, cause?: unknown): ProtoNormError {
  return new ProtoNormError('invalid-argument', message, { received, hint: `Usage: ${usage}`, cause });
}
