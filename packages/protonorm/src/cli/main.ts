import { defineCommand, renderUsage, runCommand, type CommandDef } from 'citty';
import { isProtoNormError, ProtoNormError } from '@protonorm/tensor';
import { versions } from '../run/versions.ts';
import { EXIT, exitCodeOf, Interrupted } from './exit-codes.ts';
import { nearestName } from './nearest-name.ts';

const subCommands = {
  run: () => import('../commands/run.ts').then((m) => m.run),
  compare: () => import('../commands/compare.ts').then((m) => m.compare),
  report: () => import('../commands/report.ts').then((m) => m.report),
  data: () => import('../commands/data.ts').then((m) => m.data),
  partition: () => import('../commands/partition.ts').then((m) => m.partition),
  align: () => import('../commands/align.ts').then((m) => m.align),
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
  const json = argv.includes('--json');
  try {
    return await dispatch(argv);
  } catch (error) {
    return reportError(error, json);
  }
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
  await runCommand(command, { rawArgs: [...rest] });
  return process.exitCode === undefined ? EXIT.ok : Number(process.exitCode);
}

function reportError(error: unknown, json: boolean): number {
  const code = exitCodeOf(error);
  if (error instanceof Interrupted) return code;
  const usage = error instanceof Error && error.name === 'CLIError';
  if (json && isProtoNormError(error)) {
    process.stdout.write(`${JSON.stringify({ error: { code: error.code, message: error.message } })}\n`);
  }
  if (isProtoNormError(error)) process.stderr.write(`error (${error.code}): ${error.message}\n`);
  else if (usage) process.stderr.write(`error (invalid-argument): ${error.message}\n`);
  else
    process.stderr.write(
      `unexpected error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
  return usage ? EXIT.badInput : code;
}
