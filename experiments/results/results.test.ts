import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { allExperiments } from '../all-experiments.ts';
import { indexPage } from './index-page.ts';
import { learnedText, pictureName } from './page.ts';
import { readResultFile } from './result-file.ts';
import { formatted, resultFiles, resultsFolder } from './write-results.ts';

const text = (name: string): string => readFileSync(join(resultsFolder, name), 'utf8');

describe.each(allExperiments)('docs/results/$name', (experiment) => {
  const { name } = experiment;
  const path = join(resultsFolder, `${name}.json`);

  it('is what the command writes from its numbers', async ({ skip }) => {
    skip(!existsSync(path), `not computed yet: npm run experiment -- ${name}`);
    const file = readResultFile(path, name);
    expect(file.quick).toBe(false);
    const files = await resultFiles(experiment, file, text(`${name}.md`));
    for (const [written, content] of Object.entries(files)) expect(text(written), written).toBe(content);
  });

  it('says what was learned', ({ skip }) => {
    skip(!existsSync(path), `not computed yet: npm run experiment -- ${name}`);
    expect(learnedText(text(`${name}.md`))).toBeDefined();
  });

  it('tells nothing of the machine but its kind', ({ skip }) => {
    skip(!existsSync(path), `not computed yet: npm run experiment -- ${name}`);
    expect(text(`${name}.json`)).not.toMatch(/\/(home|work|tmp|root|Users)\/|hostname/i);
  });
});

describe('docs/results', () => {
  it('lists every experiment', async () => {
    await expect(await formatted('README.md', indexPage(allExperiments))).toMatchFileSnapshot(
      join(resultsFolder, 'README.md'),
    );
  });

  it('has no files of experiments that there are not', () => {
    const known = allExperiments.flatMap(({ name }) => [`${name}.json`, `${name}.md`, pictureName(name, '')]);
    const names = allExperiments.map(({ name }) => `${name}-`);
    const strange = readdirSync(resultsFolder).filter(
      (file) => file !== 'README.md' && !known.includes(file) && !names.some((name) => file.startsWith(name)),
    );
    expect(strange).toEqual([]);
  });
});
