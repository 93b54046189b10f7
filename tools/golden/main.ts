import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { isProtoNormError, ProtoNormError } from '@protonorm/tensor';
import { replayAlignmentGolden } from './alignment-golden.ts';
import { readFlags } from './flags.ts';
import { isMicroFile } from './micro-file.ts';
import { replayMicroGolden } from './micro-golden.ts';
import { openBackends, type OpenBackend } from './open-backends.ts';
import { replayPartitionGolden } from './partition-golden.ts';

/** What is printed of one file. */
interface FileReport {
  readonly file: string;
  readonly passed: boolean;
  readonly lines: readonly string[];
  readonly details: unknown;
}

/**
 * `npm run golden -- FILE...`: holds the product against vectors made by the reference code.
 *
 * Exit code 0 when all are within the tolerance, 1 when not, 2 for files that cannot be read.
 */
async function main(args: readonly string[]): Promise<number> {
  const { files, backend, json } = readFlags(args);
  let opened: Promise<Awaited<ReturnType<typeof openBackends>>> | undefined;
  const backends = (): NonNullable<typeof opened> => (opened ??= openBackends(backend));
  const reports: FileReport[] = [];
  for (const file of files) {
    const report = await replayFile(file, async () => (await backends()).open);
    reports.push(report);
    if (!json)
      process.stdout.write(
        `${[`${report.passed ? 'ok  ' : 'FAIL'} ${file}`, ...report.lines.map((line) => `     ${line}`)].join('\n')}\n`,
      );
  }
  const { open = [], skipped = [] } = (await opened) ?? {};
  for (const { backend: used } of open) used[Symbol.dispose]();
  const failed = reports.filter(({ passed }) => !passed);
  if (json)
    process.stdout.write(
      `${JSON.stringify(
        reports.map(({ file, passed, details }) => ({ file, passed, details })),
        null,
        2,
      )}\n`,
    );
  else {
    for (const { name, reason } of skipped) process.stdout.write(`skipped ${name}: ${reason}\n`);
    process.stdout.write(
      `\n${reports.length - failed.length} of ${reports.length} files within the tolerance.`,
    );
    process.stdout.write(
      ' Differences are absolute up to magnitude 1 and relative above; --json gives both.\n',
    );
  }
  return failed.length === 0 ? 0 : 1;
}

async function replayFile(
  file: string,
  backends: () => Promise<readonly OpenBackend[]>,
): Promise<FileReport> {
  const value = await readJson(file);
  if (isMicroFile(value)) {
    const replays = [];
    for (const opened of await backends()) replays.push(...(await replayMicroGolden(value, opened)));
    return {
      file,
      passed: replays.every(({ passed }) => passed),
      lines: replays.map(
        ({ name, backend, differences, tolerance, passed, reading }) =>
          `${passed ? 'ok  ' : 'FAIL'} ${name}  ${backend}  ${listOf(differences)}  (tolerance ${tolerance.toExponential(0)}; ${reading})`,
      ),
      details: replays,
    };
  }
  if (typeof value === 'object' && value !== null && 'input' in value && 'result' in value) {
    const replay = replayAlignmentGolden(value);
    const { iterations, differences, tolerance, passed } = replay;
    const line = `passes ${iterations.received} (expected ${iterations.expected})  ${listOf(differences)}  (tolerance ${tolerance.toExponential(0)})`;
    return { file, passed, lines: [line], details: replay };
  }
  const replay = replayPartitionGolden(value, { name: basename(file, '.json') });
  return {
    file,
    passed: replay.passed,
    lines: replay.cases.map(({ name, checks }) => {
      const wrong = checks.filter(({ passed }) => !passed);
      const failures = wrong.map(
        ({ what, expected, received }) => `${what}: expected ${short(expected)}, received ${short(received)}`,
      );
      return `${wrong.length === 0 ? 'ok  ' : 'FAIL'} ${name}  ${checks.length - wrong.length} of ${checks.length} checks equal${failures.length > 0 ? `: ${failures.join('; ')}` : ''}`;
    }),
    details: replay,
  };
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new ProtoNormError(
      'invalid-golden',
      `${file} cannot be read as JSON: ${(cause as Error).message}`,
      { received: file, cause },
    );
  }
}

function listOf(differences: Readonly<Record<string, number>>): string {
  return Object.entries(differences)
    .map(([what, value]) => `${what} ${Number.isFinite(value) ? value.toExponential(1) : 'not comparable'}`)
    .join('  ');
}

function short(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(
    isProtoNormError(error) ? `error (${error.code}): ${error.message}\n` : `${(error as Error).stack}\n`,
  );
  process.exitCode = isProtoNormError(error) ? 2 : 1;
}
