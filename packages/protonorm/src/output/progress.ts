import type { RunEvent } from '@protonorm/protocol';

/** Where progress is shown: a terminal, or a log. */
export interface ProgressOutput {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Shows the progress of a run: one line that changes on a terminal, a line for every tenth of the rounds in a log. */
export function createProgress(
  output: ProgressOutput,
  options: { readonly label: string; readonly rounds: number; readonly clients: number },
) {
  const { label, rounds, clients } = options;
  const tty = output.isTTY === true;
  let answered = 0;
  let accuracy = '';
  let reported = -1;
  const warned = new Set<string>();
  const show = (round: number): void => {
    const text = `${label}  round ${Math.min(round + 1, rounds)}/${rounds}  clients ${answered}/${clients}${accuracy}`;
    output.write(`\r\x1b[2K${text}`);
  };
  return {
    onEvent(event: RunEvent): void {
      if (event.type === 'round-started') answered = 0;
      if (event.type === 'client-finished') answered++;
      if (event.type === 'client-failed' || event.type === 'upload-rejected') {
        output.write(`${tty ? '\r\x1b[2K' : ''}${label}: ${event.clientId}: ${event.message}\n`);
      }
      if (event.type === 'round-finished') {
        for (const { code, message } of event.warnings ?? []) {
          if (warned.has(code)) continue;
          warned.add(code); // once a run: the report has all rounds
          output.write(
            `${tty ? '\r\x1b[2K' : ''}${label}: warning (${code}) in round ${event.round + 1}: ${message}\n`,
          );
        }
      }
      if (event.type === 'run-resumed') output.write(`${label}: goes on behind round ${event.round}\n`);
      if (event.type === 'evaluated') {
        accuracy = event.accuracy === null ? '' : `  accuracy ${event.accuracy.toFixed(3)}`;
        const tenth = Math.floor((event.round / rounds) * 10);
        if (!tty && tenth > reported) {
          reported = tenth;
          output.write(`${label}  round ${event.round}/${rounds}${accuracy}\n`);
        }
      }
      if (tty && 'round' in event) show(event.round);
    },
    done(): void {
      if (tty) output.write('\r\x1b[2K');
    },
  };
}
