import type { Prototypes } from '@protonorm/tensor';
import type { EvaluationRecord, RoundRecord, RunHistory } from './run-record.ts';

/** What happens in a run, as it happens; one JSON line each in a run folder (tables left out). */
export type RunEvent =
  | {
      readonly type: 'run-started';
      readonly strategy: string;
      readonly rounds: number;
      readonly clients: readonly string[];
    }
  | { readonly type: 'run-resumed'; readonly strategy: string; readonly round: number }
  | { readonly type: 'round-started'; readonly round: number; readonly selected: readonly string[] }
  | {
      readonly type: 'client-finished';
      readonly round: number;
      readonly clientId: string;
      readonly trained: boolean;
      readonly bytesUp: number;
    }
  | {
      readonly type: 'client-failed';
      readonly round: number;
      readonly clientId: string;
      readonly code: string;
      readonly message: string;
    }
  | {
      readonly type: 'upload-rejected';
      readonly round: number;
      readonly clientId: string;
      readonly code: string;
      readonly message: string;
    }
  | ({ readonly type: 'evaluated' } & EvaluationRecord)
  | ({
      readonly type: 'round-finished';
      readonly prototypes: Readonly<Record<string, Prototypes>>;
    } & RoundRecord)
  | { readonly type: 'run-finished'; readonly history: RunHistory };
