import fc from 'fast-check';
import { parseHTML } from 'linkedom/worker';
import { describe, expect, it } from 'vitest';
import { html, jsonForScript, trustedHtml } from './html.ts';

const text = fc.string({ unit: fc.constantFrom(...'<>&"\'/=` abc;#x3;script'.split('')), maxLength: 40 });

describe('html', () => {
  it('gives any text back from an element and from an attribute', () => {
    fc.assert(
      fc.property(text, text, (content, attribute) => {
        const page = html`<!doctype html>
          <html>
            <body>
              <p title="${attribute}">${content}</p>
            </body>
          </html>`;
        const { document } = parseHTML(page.markup);
        const paragraph = document.querySelector('p')!;
        expect(paragraph.textContent).toBe(content);
        expect(paragraph.getAttribute('title')).toBe(attribute);
        expect(document.querySelectorAll('*').length).toBe(3 + document.querySelectorAll('head').length);
      }),
      { seed: 1 },
    );
  });

  it('joins lists, keeps markup, leaves out what is not there', () => {
    const items = ['<', 2].map((item) => html`<li>${item}</li>`);
    const list = html`<ul>
      ${items}${null}${undefined}${false}
    </ul>`;
    expect(list.markup.replaceAll('\n', '')).toBe('<ul><li>&lt;</li><li>2</li></ul>');
    expect(html`${trustedHtml('<b>')}`.markup).toBe('<b>');
  });

  it('takes indentation out of the template, not out of values', () => {
    const page = html`<pre>${'a\n    b'}</pre>`;
    expect(page.markup).toBe('<pre>a\n    b</pre>');
    const template = Object.assign(['<p>\n    ', '\n  </p>'], { raw: [] as string[] });
    expect(html(template, 'x').markup).toBe('<p>\nx\n</p>');
  });

  it('writes JSON that cannot close its script element', () => {
    const value = { name: '</script><!--' };
    const { markup } = jsonForScript(value);
    expect(markup).not.toMatch(/[<>]/);
    expect(JSON.parse(markup)).toEqual(value);
  });
});
