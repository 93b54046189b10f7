import type { AlignmentCase } from './alignment-case.ts';
import { apart } from './apart.ts';
import type { SomeFigures } from './figures.ts';
import type { Limit } from './limits.ts';
import type { Measurement } from './measurement.ts';
import { rowOf } from './row.ts';
import { measureTorch, type TorchCase } from './torch.ts';

interface Wanted {
  readonly goal: number;
  readonly note?: string;
  readonly long?: boolean;
}

/** An alignment: time and result from one process, memory from another. */
export function alignment(
  of: AlignmentCase & { readonly memory?: boolean },
  { goal, note, long, limits = [] }: Wanted & { readonly limits?: readonly Limit[] },
): Measurement {
  const { memory = true, ...full } = of;
  const name = `${of.method} (${of.classes}, ${of.dim})`;
  return {
    goal,
    name: `${name}${of.wasm ? ' on WASM' : ''}`,
    long,
    measure({ quick }) {
      const timed: AlignmentCase = quick ? { ...full, seeds: 1 } : full;
      const figures = {
        ...apart<SomeFigures & { on: string }>('measure-time.ts', timed),
        ...(memory && apart<SomeFigures>('measure-memory.ts', timed)),
      };
      return [rowOf({ goal, name, note: noteOf(timed, note) }, figures, limits)];
    },
  };
}

/** The released iteration in PyTorch. */
export function torchAlignment(of: TorchCase, { goal, note = '', long }: Wanted): Measurement {
  const name = `released (${of.classes}, ${of.dim})`;
  return {
    goal,
    name: `${name} in torch`,
    long,
    torch: true,
    measure: ({ torchPython }) => [rowOf({ goal, name, note }, measureTorch(torchPython!, of), [])],
  };
}

/** A script `check-...`, in a process of its own, whose figures are held against limits. */
export function check(
  script: string,
  { goal, name, limits, note, long }: Wanted & { readonly name: string; readonly limits: readonly Limit[] },
): Measurement {
  return {
    goal,
    name,
    long,
    measure({ quick }) {
      const { note: found, ...figures } = apart<SomeFigures & { on: string; note?: string }>(script, {
        quick,
      });
      return [rowOf({ goal, name, note: [found, note].filter(Boolean).join('; ') }, figures, limits)];
    },
  };
}

function noteOf({ kinds = ['gauss'], seeds = 1 }: AlignmentCase, note = ''): string {
  const inputs = kinds.length * seeds === 1 ? '' : `${seeds} x ${kinds.join(' and ')}`;
  return [inputs, note].filter((text) => text !== '').join('; ');
}
