import * as Plot from '@observablehq/plot';
// The bundled build without Node's modules, so that a report can also be made in a browser.
import { parseHTML } from 'linkedom/worker';
import { escapeHtml, trustedHtml, type Html } from '../html/html.ts';

export interface PlotText {
  /** Unique in the page; ids of title and description are derived from it. */
  readonly id: string;
  readonly title: string;
  /** What the chart shows, in words, for those who do not see it. */
  readonly description: string;
}

/** Attributes whose long decimals only cost bytes. */
const COORDINATES = ['x', 'y', 'x1', 'x2', 'y1', 'y2', 'cx', 'cy', 'r', 'd', 'width', 'height', 'transform'];

/**
 * Draws a plot without a browser and returns its SVG: named for screen readers, without its own style element (the page's
 * holds for all), its text escaped by the DOM.
 */
export function plotSvg(text: PlotText, options: Plot.PlotOptions): Html {
  const { document } = parseHTML('<!doctype html><html><body></body></html>') as unknown as {
    document: Document;
  };
  const svg = Plot.plot({
    ...options,
    document,
    className: 'plot',
    style: { fontSize: '12px', fontFamily: 'inherit' },
  });
  svg.querySelector('style')?.remove();
  for (const element of svg.querySelectorAll('*')) {
    // The image has one name; what is inside is presentational.
    element.removeAttribute('aria-label');
    element.removeAttribute('aria-hidden');
    for (const name of COORDINATES) {
      const value = element.getAttribute(name);
      if (value !== null) element.setAttribute(name, shortNumbers(value));
    }
  }
  const description = document.createElementNS('http://www.w3.org/2000/svg', 'desc');
  description.id = `${text.id}-desc`;
  description.textContent = text.description;
  svg.insertBefore(description, svg.firstChild);
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-describedby', `${text.id}-desc`);
  // Linkedom escapes text, but in attributes only quotes: the one attribute with a name from outside is written here.
  return trustedHtml(svg.outerHTML.replace('<svg ', () => `<svg aria-label="${escapeHtml(text.title)}" `));
}

/** Numbers in an attribute, cut to two decimals. */
export function shortNumbers(value: string): string {
  return value.replace(/-?\d*\.\d{3,}(e-?\d+)?/g, (number) => String(Number(Number(number).toFixed(2))));
}
