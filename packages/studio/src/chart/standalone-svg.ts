import type { Html } from '../html/html.ts';
import { schemeCss } from '../theme/style-sheet.ts';

const FONT = "system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans','DejaVu Sans',sans-serif";

/**
 * The SVG of a plot as a file of its own: on white paper, with the page's light colours written out, since most programs
 * that show SVG, other than browsers, know no custom properties.
 */
export function standaloneSvg(svg: Html): string {
  const colours = new Map(Array.from(schemeCss.light.matchAll(/(--[\w-]+):([^;]+);/g), ([, k, v]) => [k, v]));
  const [opening, rest] = splitOpening(svg.markup);
  const named = opening
    .replace('<svg ', '<svg xmlns="http://www.w3.org/2000/svg" ')
    .replace('font-family:inherit', '')
    .replace(/font-family="[^"]*"/, `font-family="${FONT}"`);
  const paper = '<rect width="100%" height="100%" fill="var(--paper)"/>';
  const markup = `${named}${rest.replace(/<\/desc>/, `</desc>${paper}`)}\n`;
  return markup.replace(/var\((--[\w-]+)\)/g, (whole, name: string) => colours.get(name) ?? whole);
}

function splitOpening(markup: string): readonly [string, string] {
  const end = markup.indexOf('>') + 1;
  return [markup.slice(0, end), markup.slice(end)];
}
