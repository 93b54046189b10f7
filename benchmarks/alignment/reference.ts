/**
 * Time and memory of `align(prototypes, { method: 'reference' })` with the released parameters, beside the plain version
 * of the same iteration where that is bearable.
 *
 *     node --conditions=@protonorm/source benchmarks/alignment/reference.ts [--json]
 *
 * Each figure comes from a process of its own (`measure-case.ts`), one after the other, so that neither compiled code nor
 * memory of one case serves another. README.md says what is measured and how.
 */
import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { CaseName, MemoryFigures, TimeFigures } from './measure-case.ts';

interface Row extends TimeFigures, MemoryFigures {
  readonly version: CaseName['version'];
  readonly classes: number;
  readonly dim: number;
}

const cases: CaseName[] = [
  { version: 'fast', classes: 10, dim: 512, repeats: 50 },
  { version: 'plain', classes: 10, dim: 512, repeats: 20 },
  { version: 'fast', classes: 100, dim: 512, repeats: 10 },
  { version: 'plain', classes: 100, dim: 512, repeats: 3 },
  { version: 'fast', classes: 200, dim: 512, repeats: 5 },
  { version: 'fast', classes: 1000, dim: 512, repeats: 1 },
];

function measure<Figures>(what: 'time' | 'memory', of: CaseName): Figures {
  const script = fileURLToPath(new URL('measure-case.ts', import.meta.url));
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--expose-gc', '--conditions=@protonorm/source', script, what, JSON.stringify(of)],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`measure-case ${what} ${JSON.stringify(of)} failed:\n${stderr}`);
  return JSON.parse(stdout) as Figures;
}

const { values: flags } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
const rows: Row[] = [];
for (const of of cases) {
  const { version, classes, dim } = of;
  if (!flags.json) process.stderr.write(`${version} (${classes}, ${dim}) ...\n`);
  rows.push({
    version,
    classes,
    dim,
    ...measure<TimeFigures>('time', of),
    ...measure<MemoryFigures>('memory', of),
  });
}

if (flags.json) {
  const machine = { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version };
  console.log(JSON.stringify({ machine, rows }, null, 2));
} else {
  console.log(`node ${process.version}, ${cpus()[0]?.model}, ${cpus().length} cores`);
  console.table(
    rows.map((row) => ({
      version: row.version,
      '(C, d)': `(${row.classes}, ${row.dim})`,
      passes: row.passes,
      'ms/pass': round(row.passMs, 3),
      'total ms': round(row.totalMs, 1),
      'cpu ms': round(row.cpuMs, 1),
      'first call ms': round(row.firstCallMs, 1),
      'buffers MB': row.bufferPeakMB === null ? '-' : round(row.bufferPeakMB, 2),
      'rss MB': round(row.rssGrowthMB, 1),
      'max cos': round(row.maxCosine, 4),
      bound: round(row.bound, 4),
    })),
  );
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
