/** Markup that is safe to put into a page as it is; made by {@link html} alone. */
export interface Html {
  readonly markup: string;
}

/** What may stand in a template: text and numbers are escaped, markup is not, nothing stands for nothing. */
export type HtmlValue = string | number | Html | readonly HtmlValue[] | null | undefined | false;

/**
 * A template of markup in which every text value is escaped, in elements and in quoted attributes alike.
 *
 * Escaping is the default, so that a forgotten call cannot let a name such as `<script>` through. Indentation in the
 * template is for its reader (prettier sets it): a line break with the spaces around it becomes one line break.
 */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  const [first, ...parts] = strings.map((part) => part.replace(/\s*\n\s*/g, '\n'));
  return { markup: parts.reduce((all, part, i) => all + toMarkup(values[i]) + part, first) };
}

/** Markup from a source that escapes by itself, such as a serialised DOM. */
export function trustedHtml(markup: string): Html {
  return { markup };
}

/** Text for an element or a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]);
}

/** A value for a `<script type="application/json">`: no `<` is left, so the element cannot be closed from inside. */
export function jsonForScript(value: unknown): Html {
  return { markup: JSON.stringify(value).replaceAll('<', '\\u003c').replaceAll('>', '\\u003e') };
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function toMarkup(value: HtmlValue): string {
  if (value === null || value === undefined || value === false) return '';
  if (typeof value === 'string') return escapeHtml(value);
  if (typeof value === 'number') return String(value);
  if (isList(value)) return value.map(toMarkup).join('');
  return value.markup;
}

function isList(value: HtmlValue): value is readonly HtmlValue[] {
  return Array.isArray(value);
}
