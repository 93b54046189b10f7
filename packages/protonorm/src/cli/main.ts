import { defineCommand, renderUsage, runCommand, type ArgsDef, type CommandDef } from 'citty';
import { nearestName, ProtoNormError } from '@protonorm/tensor';
import { versions } from '../run/versions.ts';
import { EXIT } from './exit-codes.ts';
import { readArguments } from './read-arguments.ts';
import { reportError } from './report-error.ts';

const subCommands = {
  run: () => import('../commands/run.ts').then((m) => m.run),
  compare: () => import('../commands/compare.ts').then((m) => m.compare),
  report: () => import('../commands/report.ts').then((m) => m.report),
  data: () => import('../commands/data.ts').then((m) => m.data),
  partition: () => import('../commands/partition.ts').then((m) => m.partition),
  align: () => import('../commands/align.ts').then((m) => m.align),
  serve: () => import('../commands/serve.ts').then((m) => m.serve),
  join: () => import('../commands/join.ts').then((m) => m.join),
  doctor: () => import('../commands/doctor.ts').then((m) => m.doctor),
} as const;

const main = defineCommand({
  meta: { name: 'protonorm', description: 'Heterogeneous federated learning by class prototypes.' },
  subCommands: subCommands as never,
});

/**
 * Runs the command line.
 *
 * @param argv - without the program
 * @returns the exit code: 0 done, 1 failed, 2 bad input, 130 interrupted
 */
export async function runCli(argv: readonly string[]): Promise<number> {
  for (const output of [process.stdout, process.stderr]) {
    if (!output.listeners('error').includes(ignoreClosedPipe)) output.on('error', ignoreClosedPipe);
  }
  try {
    return await dispatch(argv);
  } catch (error) {
    return reportError(error, { json: argv.includes('--json') });
  }
}

/** Whoever reads the output may stop early, as `head` does; a run goes on. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

async function dispatch(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv;
  if (name === '--version' || name === '-v') {
    process.stdout.write(`${versions().protonorm}\n`);
    return EXIT.ok;
  }
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(`${await renderUsage(main)}\n`);
    return EXIT.ok;
  }
  if (!Object.hasOwn(subCommands, name)) {
    const near = nearestName(name, Object.keys(subCommands));
    throw new ProtoNormError('invalid-argument', `Unknown command '${name}'.`, {
      received: name,
      expected: Object.keys(subCommands),
      hint:
        near === undefined ? `Known are ${Object.keys(subCommands).join(', ')}.` : `Did you mean '${near}'?`,
    });
  }
  const command = (await subCommands[name as keyof typeof subCommands]()) as unknown as CommandDef;
  if (rest.includes('--help') || rest.includes('-h')) {
    process.stdout.write(`${await renderUsage(command, main)}\n`);
    return EXIT.ok;
  }
  await runCommand(command, { rawArgs: readArguments(rest, command.args as ArgsDef) });
  return process.exitCode === undefined ? EXIT.ok : Number(process.exitCode);
}
