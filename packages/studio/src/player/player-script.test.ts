import { createHash } from 'node:crypto';
import { parseHTML } from 'linkedom/worker';
import { describe, expect, it } from 'vitest';
import { renderReport } from '../report/render-report.ts';
import { sampleInput } from '../test-data/sample-input.ts';
import { playerHash, playerScript } from './player-script.ts';

const page = renderReport(sampleInput({ rounds: 6, dim: 16 }));

/** The page after its script has run; no browser, but the same script. */
function played(): { document: Document; press: (element: Element, type: string, key?: string) => void } {
  const { document, window } = parseHTML(page) as unknown as {
    document: Document;
    window: { Event: typeof Event };
  };
  const run = new Function('document', 'navigator', 'setInterval', 'clearInterval', playerScript) as (
    ...scope: readonly unknown[]
  ) => void;
  run(
    document,
    {},
    () => 1,
    () => undefined,
  );
  return {
    document,
    press: (element, type, key) => void element.dispatchEvent(Object.assign(new window.Event(type), { key })),
  };
}

function dots(document: Document, picture = 1): string[] {
  const root = document.querySelectorAll('[data-picture]')[picture];
  return Array.from(root.querySelectorAll('[data-point]'), (dot) => dot.getAttribute('transform')!);
}

function numbers(text: string): number[] {
  return Array.from(text.matchAll(/-?\d+(\.\d+)?/g), ([number]) => Number(number));
}

describe('the script of the page', () => {
  it('is the only one that the content security policy lets run', () => {
    expect(playerHash).toBe(`sha256-${createHash('sha256').update(playerScript).digest('base64')}`);
    expect(page).toContain(`<script>${playerScript}</script>`);
    expect(page).toContain(`script-src &#39;${playerHash}&#39;`);
  });

  it('draws the last round as the page without it has it', () => {
    const still = parseHTML(page).document as unknown as Document;
    const { document } = played();
    for (const attribute of [
      'x',
      'y',
      'x1',
      'y1',
      'x2',
      'y2',
      'transform',
      'r',
      'text-anchor',
      'visibility',
    ]) {
      for (const selector of [
        '[data-point]',
        '[data-point] circle',
        '[data-spoke]',
        '[data-leader]',
        '[data-label]',
        '.pair',
      ]) {
        const [before, after] = [still, document].map((root) =>
          Array.from(root.querySelectorAll(`.picture ${selector}`), (element) =>
            element.getAttribute(attribute),
          ),
        );
        expect(after.length).toBe(before.length);
        after.forEach((value, i) => {
          if (value === null || before[i] === null) return;
          const wanted = numbers(before[i]);
          numbers(value).forEach((number, k) => expect(Math.abs(number - wanted[k])).toBeLessThan(0.5));
          if (attribute === 'text-anchor') expect(value).toBe(before[i]);
        });
      }
    }
    const texts = (root: Document): string[] =>
      Array.from(root.querySelectorAll('.pair-text'), (text) => text.textContent);
    expect(texts(document)).toEqual(texts(still));
  });

  it('plays rounds by the slider', () => {
    const { document, press } = played();
    const before = dots(document);
    const slider = document.querySelectorAll('input')[1];
    slider.value = '0';
    press(slider, 'input');
    expect(dots(document)).not.toEqual(before);
    expect(document.querySelectorAll('.controls output')[1].textContent).toBe('1');
    expect(slider.getAttribute('aria-valuetext')).toBe('Round 1');
    slider.value = '5';
    press(slider, 'input');
    expect(dots(document)).toEqual(before);
  });

  it('turns by the keyboard, back and forth, and resets', () => {
    const { document, press } = played();
    const before = dots(document);
    const picture = document.querySelectorAll('[data-picture]')[1].querySelector('svg')!;
    for (const key of ['ArrowLeft', 'ArrowUp', 'ArrowUp']) press(picture, 'keydown', key);
    const turned = dots(document);
    expect(turned).not.toEqual(before);
    expect(turned.flatMap(numbers).every(Number.isFinite)).toBe(true);
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowRight']) press(picture, 'keydown', key);
    const far = Math.max(
      ...dots(document)
        .flatMap(numbers)
        .map((value, i) => Math.abs(value - before.flatMap(numbers)[i])),
    );
    expect(far).toBeLessThan(0.2);
    press(picture, 'keydown', 'ArrowLeft');
    press(document.querySelectorAll('.controls')[1].querySelectorAll('button')[1], 'click');
    expect(dots(document)).toEqual(before);
  });

  it('reads values off a line chart by the keyboard', () => {
    const { document, press } = played();
    const drawing = document.querySelector('#accuracy-rule .drawing.wide')!;
    expect(drawing.getAttribute('role')).toBe('slider');
    press(drawing, 'keydown', 'Home');
    expect(drawing.getAttribute('aria-valuetext')).toMatch(/^Round 0: Local \d/);
    press(drawing, 'keydown', 'ArrowRight');
    expect(drawing.getAttribute('aria-valuenow')).toBe('1');
    expect(document.querySelector('#accuracy-rule .readout')!.textContent).toBe(
      drawing.getAttribute('aria-valuetext'),
    );
    press(drawing, 'keydown', 'End');
    expect(drawing.getAttribute('aria-valuenow')).toBe('6');
  });

  it('adds a button that copies the command', () => {
    const { document } = played();
    expect(document.querySelector('.command button')!.textContent).toBe('Copy');
  });
});
