import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { RunRequest, Turn } from './protocol.ts';

/** A federation in a process of its own, which computes in its turns alone. */
export class ChildRun implements Disposable {
  readonly #child;
  readonly #messages: Partial<Turn>[] = [];
  #ended: Error | undefined;
  #wake: (() => void) | undefined;

  private constructor(request: RunRequest) {
    const script = fileURLToPath(new URL('measure-run.ts', import.meta.url));
    this.#child = spawn(process.execPath, ['--conditions=@protonorm/source', script], {
      stdio: ['ignore', 2, 2, 'ipc'], // standard output is for the results
    });
    this.#child.on('message', (message) => {
      this.#messages.push(message as Partial<Turn>);
      this.#wake?.();
    });
    const end = (reason: string): void => {
      this.#ended ??= new Error(`${request.models} with ${request.workers} workers ended with ${reason}.`);
      this.#wake?.();
    };
    this.#child.on('error', (error) => end(error.message));
    this.#child.on('exit', (code, signal) => end(signal ?? `exit code ${code}`));
    this.#child.send(request);
  }

  /** Starts a run and waits until it is ready for its first turn. @throws what its process ends with */
  static async start(request: RunRequest): Promise<ChildRun> {
    const run = new ChildRun(request);
    await run.#next();
    return run;
  }

  /** Runs the rounds of a turn. @throws what its process ends with */
  async turn({ last }: { readonly last: boolean }): Promise<Turn> {
    this.#child.send('turn');
    const turn = (await this.#next()) as Turn;
    if (!last) await this.#next(); // it is ready again
    return turn;
  }

  [Symbol.dispose](): void {
    this.#child.kill();
  }

  async #next(): Promise<Partial<Turn>> {
    for (;;) {
      const message = this.#messages.shift();
      if (message !== undefined) return message;
      if (this.#ended !== undefined) throw this.#ended;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}
