import { html, type Html, type HtmlValue } from '../html/html.ts';

/** A part of the page with a heading that can be linked to. */
export interface Section {
  readonly id: string;
  readonly title: string;
  readonly body: HtmlValue;
}

export function renderSection({ id, title, body }: Section): Html {
  return html`<section id="${id}" aria-labelledby="${id}-title">
    <h2 id="${id}-title">${title}</h2>
    ${body}
  </section> `;
}

/** What stands where there is nothing to show. */
export function emptyState(sentence: HtmlValue): Html {
  return html`<p class="empty">${sentence}</p>`;
}
