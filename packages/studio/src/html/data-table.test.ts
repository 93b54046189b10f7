import { parseHTML } from 'linkedom/worker';
import { describe, expect, it } from 'vitest';
import { dataTable, hiddenTable } from './data-table.ts';

describe('dataTable', () => {
  it('heads columns and rows, and names its scroll region', () => {
    const { document } = parseHTML(
      dataTable({
        caption: 'Sizes',
        head: ['Client', 'Model', 'n'],
        rows: [['a', 'mlp', 3]],
        textColumns: [1],
      }).markup,
    );
    expect(document.querySelector('[role=region]')!.getAttribute('aria-label')).toBe('Sizes');
    expect(document.querySelector('[role=region]')!.getAttribute('tabindex')).toBe('0');
    expect(document.querySelectorAll('thead th[scope=col]').length).toBe(3);
    expect(document.querySelector('tbody th[scope=row]')!.textContent).toBe('a');
    expect(Array.from(document.querySelectorAll('td'), (cell) => cell.className)).toEqual(['text', '']);
  });

  it('hides behind a summary, with a note', () => {
    const { document } = parseHTML(
      hiddenTable({ caption: 'x', note: '2 of 9', head: ['a'], rows: [] }).markup,
    );
    expect(document.querySelector('details.data > summary')!.textContent).toBe('Data table');
    expect(document.querySelector('.note')!.textContent).toBe('2 of 9');
  });
});
