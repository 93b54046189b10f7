import { readFileSync } from 'node:fs';
import { errorCodes } from '@protonorm/tensor';
import { expect, it } from 'vitest';

it('the table of error codes in the docs is the table in the code', () => {
  const text = readFileSync(new URL('error-codes.md', import.meta.url), 'utf8');
  const rows = Array.from(text.matchAll(/^\| `([a-z-]+)`\s*\| (.*?)\s*\|$/gm), ([, code, sentence]) => [
    code,
    sentence,
  ]);
  expect(Object.fromEntries(rows)).toEqual(errorCodes);
});
