import type { Html } from '../../../html/html.ts';

/** The element of markup that escapes by itself. */
export function fromMarkup({ markup }: Html): Node {
  const template = document.createElement('template');
  template.innerHTML = markup.trim();
  return template.content;
}
