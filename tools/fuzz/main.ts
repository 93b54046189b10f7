import { isProtoNormError } from '@protonorm/tensor';
import { readFlags, usage } from './flags.ts';
import { runFuzz, type FuzzReport } from './run-fuzz.ts';
import { frameReceiverTarget } from './targets/frame-receiver.ts';
import { strategyCodecTarget } from './targets/strategy-codec.ts';
import { wireMessageTarget } from './targets/wire-message.ts';

const targets = [wireMessageTarget, frameReceiverTarget, strategyCodecTarget];
const INTERRUPTED = 130;
/** Milliseconds between two lines of progress, on a terminal and in a log. */
const PROGRESS_MS = process.stderr.isTTY ? 200 : 10_000;

/** `npm run fuzz`: see `usage`. */
async function main(args: readonly string[]): Promise<number> {
  const { help, json, ...limits } = readFlags(args);
  if (help) {
    process.stdout.write(`${usage}\n`);
    return 0;
  }
  const interruption = new AbortController();
  process.once('SIGINT', () => interruption.abort());
  let told = performance.now();
  const report = await runFuzz({
    ...limits,
    targets,
    now: () => performance.now(),
    signal: interruption.signal,
    onProgress(progress) {
      if (performance.now() - told < PROGRESS_MS) return;
      told = performance.now();
      process.stderr.write(progressLine(progress, limits));
    },
  });
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : textOf(report));
  if (report.findings.length > 0) return 1;
  return report.endedBy === 'signal' ? INTERRUPTED : 0;
}

function progressLine(
  { bytes, seconds, findings }: FuzzReport,
  limits: { readonly bytes?: number; readonly seconds?: number },
): string {
  const done = Math.max(bytes / (limits.bytes ?? Infinity), seconds / (limits.seconds ?? Infinity));
  const text = `${Math.floor(100 * Math.min(1, done))} %  ${count(bytes)} bytes  ${seconds.toFixed(0)} s  ${findings.length} findings`;
  return process.stderr.isTTY ? `\r\x1b[K${text}` : `${text}\n`;
}

function textOf({
  seed,
  frames,
  bytes,
  seconds,
  targets,
  highestMemory,
  findings,
  endedBy,
}: FuzzReport): string {
  const lines = [
    `seed ${seed}: ${count(frames)} frames, ${count(bytes)} bytes in ${seconds.toFixed(1)} s, ended by ${endedBy}`,
  ];
  for (const { name, cases, frames, bytes, accepted, errors, slowest } of targets) {
    lines.push(`${name}: ${count(cases)} cases, ${count(frames)} frames, ${count(bytes)} bytes`);
    lines.push(`  accepted ${count(accepted)}`);
    for (const [code, times] of Object.entries(errors).sort()) lines.push(`  ${code} ${count(times)}`);
    lines.push(`  slowest ${slowest.ms.toFixed(1)} ms (case ${slowest.case})`);
  }
  const { rss, arrayBuffers } = highestMemory;
  lines.push(
    `highest memory: ${(rss / 2 ** 20).toFixed(0)} MiB resident, ${(arrayBuffers / 2 ** 20).toFixed(1)} MiB in array buffers`,
  );
  for (const { target, case: number, error, frames } of findings) {
    const shown = frames.join(' ');
    lines.push(`FOUND in ${target}, case ${number}: ${error}`);
    lines.push(
      `  ${shown.length > 2000 ? `${shown.length} characters of base64; --json shows them` : shown}`,
    );
  }
  lines.push(
    findings.length === 0 ? 'Only errors of the protocol came out.' : `${findings.length} findings.`,
  );
  return `${lines.join('\n')}\n`;
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(
    isProtoNormError(error) ? `error (${error.code}): ${error.message}\n` : `${(error as Error).stack}\n`,
  );
  process.exitCode = isProtoNormError(error) ? 2 : 1;
}
