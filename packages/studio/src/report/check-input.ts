import { ProtoNormError } from '@protonorm/tensor';
import type { ReportInput } from './report-input.ts';

/**
 * Checks what a report cannot be drawn without.
 *
 * @throws `invalid-argument` without runs, `shape-mismatch` for a partition of other clients
 */
export function checkInput(input: ReportInput): void {
  const { runs, clients, partition } = input;
  if (runs.length === 0) {
    throw new ProtoNormError('invalid-argument', 'A report needs at least one run, received none.', {
      received: 0,
      expected: 'at least 1 run',
    });
  }
  if (partition === undefined) return;
  for (const key of ['classCounts', 'trainSizes', 'testSizes'] as const) {
    if (partition[key].length !== clients.length) {
      throw new ProtoNormError(
        'shape-mismatch',
        `partition.${key} has ${partition[key].length} entries, but there are ${clients.length} clients.`,
        {
          received: partition[key].length,
          expected: clients.length,
          hint: 'Give one entry for each client, in their order.',
        },
      );
    }
  }
}
