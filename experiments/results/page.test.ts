import { describe, expect, it } from 'vitest';
import type { Experiment } from '../experiment.ts';
import { learnedText, pictureName, resultPage } from './page.ts';
import { resultFile } from './result-file.ts';

interface Data {
  readonly value: number;
}

const experiment: Experiment<Data> = {
  name: 'one',
  title: 'One',
  question: 'How many?',
  setting: 'In a box.',
  compute: () => Promise.resolve({ value: 1 }),
  draw: () => [
    { suffix: '', alt: 'a line', svg: '<svg/>' },
    { suffix: 'more', alt: 'another', svg: '<svg/>' },
  ],
  tables: ({ value }) => [
    { caption: 'Numbers:', head: ['what', 'how many'], rows: [['a|b', String(value)]] },
  ],
};
const file = (value: number) => resultFile('one', { quick: false, data: { value } });

describe('the page of an experiment', () => {
  it('has title, question, command, pictures and tables', () => {
    const page = resultPage(experiment, file(1), undefined);
    for (const text of [
      '# One',
      '**How many?**',
      'npm run experiment -- one\n',
      '![a line](one.svg)',
      '![another](one-more.svg)',
      '| what | how many |\n| --- | --- |\n| a\\|b | 1 |',
      '[one.json](one.json)',
    ])
      expect(page).toContain(text);
    expect(pictureName('one', 'more')).toBe('one-more.svg');
  });

  it('keeps what people wrote around what the command writes, to the letter', () => {
    const first = resultPage(experiment, file(1), undefined);
    expect(learnedText(first)).toBeUndefined();
    const written = `Before.\n\n${first.replace('_To be written._', 'That one is enough.\n\n## Later\n\nMore.')}`;
    const second = resultPage(experiment, file(2), written);
    expect(second).toContain('| a\\|b | 2 |');
    expect(second).toBe(written.replace('| a\\|b | 1 |', '| a\\|b | 2 |'));
    expect(resultPage(experiment, file(2), second)).toBe(second);
    expect(learnedText(second)).toBe('That one is enough.');
  });

  it('refuses a page without its marks, rather than to write over it', () => {
    expect(() => resultPage(experiment, file(1), '# Something else')).toThrow('lacks the marks');
  });

  it('says that a quick version proves nothing', () => {
    const quick = resultFile('one', { quick: true, data: { value: 1 } });
    expect(resultPage(experiment, quick, undefined)).toContain('its numbers say nothing');
  });
});
