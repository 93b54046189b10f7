import type { ClientTask } from '@protonorm/protocol';
import { crc32 } from '@protonorm/strategy';

/**
 * A task's name: the same for the same task, also of a server that was started again, so that a client knows what it has done
 * already. Rule T2 of the protocol's SPEC.md.
 */
export function taskIdOf({ strategy, round, evaluate, train, down }: ClientTask): string {
  const what = `${evaluate ? 'e' : ''}${train ? 't' : ''}`;
  const content = down === null ? 'none' : crc32(down).toString(16).padStart(8, '0');
  return `${strategy}/${round}/${what}/${content}`;
}
