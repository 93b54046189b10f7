import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import type { Experiment } from '../experiment.ts';
import { pictureName, resultPage } from './page.ts';
import type { ResultFile } from './result-file.ts';

/** Where the results are kept. */
export const resultsFolder = fileURLToPath(new URL('../../docs/results', import.meta.url));

/** Everything that the results of an experiment are: contents by the name of the file. */
export async function resultFiles(
  experiment: Experiment,
  file: ResultFile,
  oldPage: string | undefined,
): Promise<Readonly<Record<string, string>>> {
  const { name } = experiment;
  return {
    [`${name}.json`]: await formatted(`${name}.json`, JSON.stringify(file)),
    ...Object.fromEntries(
      experiment.draw(file.data).map(({ suffix, svg }) => [pictureName(name, suffix), svg]),
    ),
    [`${name}.md`]: await formatted(`${name}.md`, resultPage(experiment, file, oldPage)),
  };
}

/** Writes the results of an experiment; what people wrote in its page stays. */
export async function writeResults(
  experiment: Experiment,
  file: ResultFile,
  folder: string,
): Promise<readonly string[]> {
  mkdirSync(folder, { recursive: true });
  const page = join(folder, `${experiment.name}.md`);
  const old = existsSync(page) ? readFileSync(page, 'utf8') : undefined;
  const files = Object.entries(await resultFiles(experiment, file, old));
  for (const [name, text] of files) writeFileSync(join(folder, name), text);
  return files.map(([name]) => join(folder, name));
}

/** As `npm run lint` wants it. */
export async function formatted(name: string, text: string): Promise<string> {
  const filepath = join(resultsFolder, name);
  return format(text, { ...(await resolveConfig(filepath)), filepath });
}
