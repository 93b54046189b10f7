import { html, type Html, type HtmlValue } from './html.ts';

export interface DataTableOptions {
  /** Said to screen readers, and the label of the region that scrolls when the table is wider than the page. */
  readonly caption: string;
  readonly head: readonly HtmlValue[];
  readonly rows: readonly (readonly HtmlValue[])[];
  /** Columns of text, set to the left; the first column always is. All others hold numbers. */
  readonly textColumns?: readonly number[];
  readonly className?: string;
}

/** A table whose first column heads its rows; wide ones scroll in their own region, never the page. */
export function dataTable({ caption, head, rows, textColumns = [], className }: DataTableOptions): Html {
  const classOf = (column: number): Html | null =>
    textColumns.includes(column) ? html` class="text"` : null;
  return html`<div class="table-scroll" role="region" aria-label="${caption}" tabindex="0"><table${className ? html` class="${className}"` : null}>
<caption class="visually-hidden">${caption}</caption>
<thead><tr>${head.map((cell, i) => html`<th scope="col" ${classOf(i)}>${cell}</th>`)}</tr></thead>
<tbody>${rows.map(
    ([first, ...rest]) =>
      html`<tr>
        <th scope="row">${first}</th>
        ${rest.map((cell, i) => html`<td${classOf(i + 1)}>${cell}</td>`)}
      </tr> `,
  )}</tbody>
</table></div>`;
}

/** A table behind a chart: there for everybody who cannot, or does not want to, read the chart. */
export function hiddenTable(options: DataTableOptions & { readonly note?: string }): Html {
  return html`<details class="data">
    <summary>Data table</summary>
    ${options.note && html`<p class="note">${options.note}</p>`}${dataTable(options)}
  </details>`;
}
