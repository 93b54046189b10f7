import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Answer, Request } from './protocol.ts';

/** A process that answers one request at a time and does nothing in between. */
export interface StepProcess {
  /** @throws what the process answers as error, or that it has ended */
  ask(request: Request): Promise<Answer>;
  close(): void;
}

/** One thread for the libraries that would take all cores: OpenMP, MKL, TensorFlow. */
const oneThread = {
  OMP_NUM_THREADS: '1',
  MKL_NUM_THREADS: '1',
  TF_NUM_INTRAOP_THREADS: '1',
  TF_NUM_INTEROP_THREADS: '1',
  TF_CPP_MIN_LOG_LEVEL: '2', // no notes on the processor
};
const env = { ...process.env, ...oneThread };
const fileOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** A Node process with one of our backends, spoken to by IPC: libraries print what they like. */
export function startNode(): StepProcess {
  const child = spawn(process.execPath, ['--conditions=@protonorm/source', fileOf('js-steps.ts')], {
    stdio: ['ignore', 2, 2, 'ipc'], // standard output is for the results
    env,
  });
  return conversation(child, {
    send: (request) => child.send(request),
    listen: (listener) => child.on('message', listener),
  });
}

/** A Python process with PyTorch, spoken to by lines of JSON. */
export function startPython(interpreter: string): StepProcess {
  const child = spawn(interpreter, [fileOf('torch_step.py')], { stdio: ['pipe', 'pipe', 'inherit'], env });
  child.stdin.on('error', () => undefined); // it has ended: told by 'exit'
  return conversation(child, {
    send: (request) => child.stdin.write(`${JSON.stringify(request)}\n`),
    listen: (listener) =>
      createInterface({ input: child.stdout }).on('line', (line) => listener(JSON.parse(line))),
  });
}

function conversation(
  child: ChildProcess,
  line: { send(request: Request): void; listen(listener: (answer: unknown) => void): void },
): StepProcess {
  let pending: { resolve(answer: Answer): void; reject(error: Error): void } | undefined;
  let ended: Error | undefined;
  const end = (reason: string): void => {
    ended ??= new Error(reason);
    pending?.reject(ended);
  };
  child.on('error', (error) => end(error.message));
  child.on('exit', (code, signal) => end(`its process ended with ${signal ?? `exit code ${code}`}`));
  line.listen((answer) => pending?.resolve(answer as Answer));
  return {
    async ask(request) {
      if (ended !== undefined) throw ended;
      const answer = await new Promise<Answer>((resolve, reject) => {
        pending = { resolve, reject };
        line.send(request);
      });
      if (answer.error !== undefined) throw new Error(answer.error);
      return answer;
    },
    close: () => child.kill(),
  };
}
