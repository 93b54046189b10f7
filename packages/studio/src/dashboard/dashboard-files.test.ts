import { describe, expect, it } from 'vitest';
import { dashboardFiles } from './dashboard-files.ts';

const files = dashboardFiles();
const text = (path: string): string => new TextDecoder().decode(files.get(path)?.bytes);

describe('the files of the dashboard', () => {
  it('have types, and all that the page names is there', () => {
    expect(files.get('index.html')?.type).toBe('text/html; charset=utf-8');
    const named = Array.from(text('index.html').matchAll(/(?:href|src)="([\w.-]+)"/g), ([, path]) => path);
    expect(named).toEqual(['dashboard.css', 'dashboard.js']);
    const imported = Array.from(files.keys())
      .filter((path) => path.endsWith('.js'))
      .flatMap((path) => Array.from(text(path).matchAll(/["']\.\/([\w-]+\.js)["']/g), ([, name]) => name));
    expect(imported.length).toBeGreaterThan(2);
    for (const path of [...named, ...imported]) expect([path, files.has(path)]).toEqual([path, true]);
  });

  it('keep three.js out of what is loaded first, and nothing is inline', () => {
    const three = Array.from(files.keys()).filter((path) => text(path).includes('WebGLRenderer'));
    expect(three).toHaveLength(1);
    expect(text('dashboard.js')).toMatch(new RegExp(`import\\("\\./${three[0].replaceAll('.', '\\.')}"\\)`));
    expect(text('index.html')).not.toMatch(/<style|style=|<script(?![^>]*src=)/);
  });
});
