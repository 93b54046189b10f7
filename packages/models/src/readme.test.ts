import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as models from './index.ts';

const folder = new URL('../', import.meta.url);

describe('the README', () => {
  const readme = readFileSync(new URL('README.md', folder), 'utf8');

  it('has the table of models as describeModel gives it', () => {
    const number = new Intl.NumberFormat('en');
    const rows = models.modelNames.map((name) => {
      const { typicalInput, summary, reference = 'ours' }: models.ModelEntry = models.modelCatalogue[name];
      const spec = models.createModel(name, { input: typicalInput, classes: 10 });
      const { parameters, multiplyAdds } = models.describeModel(spec);
      const input = typicalInput.join('x');
      return `| \`${name}\` | ${summary} | ${reference} | ${input} | ${number.format(parameters)} | ${number.format(multiplyAdds)} |`;
    });
    expect(rowsAfter(readme, '| model |')).toEqual(rows);
  });

  it('has the table of families', () => {
    const rows = models.familyNames.map(
      (name) => `| \`${name}\` | ${models.modelFamilies[name].map((model) => `\`${model}\``).join(', ')} |`,
    );
    expect(rowsAfter(readme, '| family |')).toEqual(rows);
  });

  it('fits a screen or two', () => {
    expect(readme.split('\n').length).toBeLessThanOrEqual(120);
  });
});

/** The rows of the table that begins with a header, with single spaces. */
function rowsAfter(text: string, header: string): string[] {
  const lines = text.split('\n').map((line) => line.replaceAll(/ +/g, ' '));
  const start = lines.findIndex((line) => line.startsWith(header)) + 2;
  const length = lines.slice(start).findIndex((line) => !line.startsWith('|'));
  return lines.slice(start, start + length);
}
