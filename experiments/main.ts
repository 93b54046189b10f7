/**
 * The experiments: each is a question, computed, drawn and written to docs/results by one command.
 *
 *     npm run experiment -- NAME [--quick] [--out DIR] [--skip-missing] [--json]
 *
 * README.md says how. Exit code 1: an experiment broke down; 2: bad flags; 130: stopped, the same command goes on.
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { allExperiments } from './all-experiments.ts';
import { Interrupted } from './compare/run-comparison.ts';
import { readFlags, usage, type Flags } from './flags.ts';
import { resultFile } from './results/result-file.ts';
import { resultsFolder, writeResults } from './results/write-results.ts';

const say = (text: string): void => void process.stderr.write(`${text}\n`);

let flags: Flags;
try {
  flags = readFlags(process.argv.slice(2));
} catch (error) {
  say(`${(error as Error).message}\n\n${usage}`);
  process.exit(2);
}

const { name, quick, json } = flags;
const experiment = allExperiments.find((one) => one.name === name);
if (name === undefined) {
  const width = Math.max(...allExperiments.map((one) => one.name.length));
  console.log(`${usage}\n`);
  for (const one of allExperiments) console.log(`${one.name.padEnd(width)}  ${one.question}`);
} else if (experiment === undefined) {
  say(`There is no experiment '${name}': ${allExperiments.map((one) => one.name).join(', ')}.`);
  process.exitCode = 2;
} else {
  const temporary = quick ? mkdtempSync(join(tmpdir(), 'protonorm-experiment-')) : undefined;
  const folder = temporary === undefined ? join('runs', 'experiments', name) : join(temporary, 'runs');
  const begun = performance.now();
  try {
    const data = await experiment.compute({ folder, quick, skipMissing: quick || flags.skipMissing, say });
    // As it will be read back.
    const file = resultFile(name, { quick, data: JSON.parse(JSON.stringify(data)) as unknown });
    const written = await writeResults(experiment, file, flags.out ?? temporary ?? resultsFolder);
    for (const path of written) say(`wrote ${path}`);
    say(`${((performance.now() - begun) / 60_000).toFixed(1)} minutes`);
    if (json) console.log(JSON.stringify(file, null, 2));
  } catch (error) {
    say(`error: ${(error as Error).message}`);
    process.exitCode = error instanceof Interrupted ? 130 : 1;
  }
}
