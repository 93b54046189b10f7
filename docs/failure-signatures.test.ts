import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../', import.meta.url));
const page = readFileSync(`${root}docs/failure-signatures.md`, 'utf8');
const rows = page
  .split('\n## ')[0]
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .map((line) => line.split('|').map((cell) => cell.trim()));

it('the page names every code that a detector has, and no other', () => {
  const sources = globSync('packages/prototype-math/src/warning-signs/*-signs.ts', { cwd: root });
  const codes = sources.flatMap((file) =>
    Array.from(
      readFileSync(`${root}${file}`, 'utf8').matchAll(/^ +(?:signs\.push\(\{ )?code: '([a-z-]+)',/gm),
      ([, code]) => code,
    ),
  );
  expect(codes.length).toBeGreaterThan(4);
  const told = rows.flatMap(([, , code]) => /^`([a-z-]+)`$/.exec(code)?.[1] ?? []);
  expect(told.toSorted()).toEqual(codes.toSorted());
});

it('the page names every recipe of failures', () => {
  const recipes = globSync('packages/protonorm/recipes/failures/*.yaml', { cwd: root }).map((file) =>
    file.replace('packages/protonorm/recipes/', '').replace('.yaml', ''),
  );
  expect(recipes).toHaveLength(3);
  const told = new Set(rows.flatMap((cells) => /^`(failures\/\w+)`$/.exec(cells.at(-2)!)?.[1] ?? []));
  expect([...told].toSorted()).toEqual(recipes.map((name) => name.replaceAll('\\', '/')).toSorted());
  for (const name of recipes) expect(page).toContain(`npx protonorm compare --recipe ${name}\n`);
});
