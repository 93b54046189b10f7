import { readFileSync } from 'node:fs';
import type { Hyperparameter, HyperSchema } from '@protonorm/strategy';
import { describe, expect, it } from 'vitest';
import { strategies } from './registry.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

/** The cells of the rows below a header. */
function table(header: string): string[][] {
  const lines = readme.split('\n').map((line) => line.replaceAll(/ +/g, ' ').trim());
  const start = lines.findIndex((line) => line.startsWith(header)) + 2;
  const length = lines.slice(start).findIndex((line) => !line.startsWith('|'));
  return lines.slice(start, start + length).map((line) => line.slice(2, -2).split(' | '));
}

const plain = (x: number): string =>
  Math.abs(x) >= 1e3 || (x !== 0 && Math.abs(x) < 1e-3) ? x.toExponential() : `${x}`;

function range(hyper: Hyperparameter): string {
  if (hyper.kind === 'flag') return 'true, false';
  if (hyper.kind === 'choice') return hyper.choices.join(', ');
  return `${plain(hyper.min)} to ${plain(hyper.max)}${hyper.integer ? ', integer' : ''}`;
}

describe('the README', () => {
  it('has a row for each strategy', () => {
    expect(table('| id |').map(([id]) => id)).toEqual(Object.keys(strategies).map((id) => `\`${id}\``));
  });

  it('has each hyperparameter with its default, range and description', () => {
    const rows = Object.values(strategies).flatMap(({ id, hyper }) =>
      Object.entries(hyper as HyperSchema).map(([name, given]) => [
        `\`${id}\``,
        `\`${name}\``,
        String(given.default),
        range(given),
        given.description,
      ]),
    );
    expect(table('| strategy | hyperparameter |')).toEqual(rows);
  });

  it('fits a screen or two', () => {
    expect(readme.split('\n').length).toBeLessThanOrEqual(120);
  });
});
