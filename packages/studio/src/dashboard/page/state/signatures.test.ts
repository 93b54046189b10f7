import { readFileSync } from 'node:fs';
import { errorCodes } from '@protonorm/tensor';
import { expect, it } from 'vitest';
import { signatures } from './signatures.ts';

const docs = readFileSync(new URL('../../../../../../docs/failure-signatures.md', import.meta.url), 'utf8');

it('has every code of docs/failure-signatures.md, and no other but codes of errors', () => {
  const rows = docs
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split('|')[2]);
  const codes = rows.flatMap((cell) => Array.from(cell.matchAll(/`([a-z-]+)`/g), ([, code]) => code));
  expect(codes.length).toBeGreaterThan(5);
  for (const code of codes) expect(Object.keys(signatures)).toContain(code);
  const errors: readonly string[] = Object.keys(errorCodes);
  expect(Object.keys(signatures).filter((code) => !codes.includes(code) && !errors.includes(code))).toEqual(
    [],
  );
});
