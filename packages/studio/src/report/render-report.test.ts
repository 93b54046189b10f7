import { parseHTML } from 'linkedom/worker';
import { summarise, type RunHistory } from '@protonorm/protocol';
import { isProtoNormError } from '@protonorm/tensor';
import { describe, expect, it } from 'vitest';
import { sampleInput } from '../test-data/sample-input.ts';
import { playerScript } from '../player/player-script.ts';
import { renderReport } from './render-report.ts';
import type { ReportInput, ReportRun } from './report-input.ts';

const small = sampleInput({ rounds: 3, dim: 8, clients: 4 });

function documentOf(input: ReportInput): Document {
  return parseHTML(renderReport(input)).document as unknown as Document;
}

function textOf(document: Document, selector: string): string {
  return document.querySelector(selector)!.textContent.replaceAll(/\s+/g, ' ').trim();
}

/** What must hold of every page, whatever the input. */
function checkPage(page: string): void {
  const drawn = page.replace(playerScript, '');
  expect(/.{30}(\bNaN\b|undefined|\[object |Infinity)/.exec(drawn)?.[0]).toBeUndefined();
  const { document } = parseHTML(page) as unknown as { document: Document };
  const ids = Array.from(document.querySelectorAll('[id]'), (element) => element.id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const attribute of ['aria-labelledby', 'aria-describedby']) {
    for (const element of document.querySelectorAll(`[${attribute}]`))
      expect(ids).toContain(element.getAttribute(attribute));
  }
  for (const svg of document.querySelectorAll('svg')) {
    const decorative = svg.getAttribute('aria-hidden') === 'true';
    expect(
      decorative || (svg.getAttribute('role') === 'img' && svg.getAttribute('aria-label') !== null),
    ).toBe(true);
  }
  for (const link of document.querySelectorAll('nav a'))
    expect(ids).toContain(link.getAttribute('href')!.slice(1));
}

describe('renderReport', () => {
  const input = sampleInput();
  const page = renderReport(input);
  const { document } = parseHTML(page) as unknown as { document: Document };

  it('is one well-formed page with all its parts', () => {
    checkPage(page);
    expect(page.startsWith('<!doctype html>')).toBe(true);
    expect(document.title).toBe('Digits, 10 clients, Dirichlet 0.1');
    expect(document.querySelector('html')!.getAttribute('lang')).toBe('en');
    expect(Array.from(document.querySelectorAll('main > section'), ({ id }) => id)).toEqual([
      'results', 'accuracy', 'clients', 'traffic', 'partition', 'geometry', 'pictures', 'rounds', 'repeat',
    ]); // prettier-ignore
    expect(document.querySelectorAll('h1').length).toBe(1);
    expect(document.querySelectorAll('table.headline tbody tr').length).toBe(5);
  });

  it('is below a megabyte for 5 runs of 40 rounds, 10 clients, d = 512', () => {
    expect(Buffer.byteLength(page)).toBeLessThan(1e6);
  });

  it('loads nothing', () => {
    const references = page
      .replaceAll(/xmlns(:\w+)?="[^"]*"/g, '')
      .matchAll(/(?:src|href|action|poster|data)="([^"]*)"|url\(([^)]*)\)|@import|https?:\/\/\S+/g);
    const loaded = Array.from(references, ([all, attribute]) => attribute ?? all).filter(
      (target) => !target.startsWith('#') && target !== 'data:,' && target !== 'http://www.w3.org/2000/svg',
    );
    // The one name of a namespace is in the script, which needs it to draw.
    expect(loaded.filter((target) => !target.startsWith("http://www.w3.org/2000/svg'"))).toEqual([]);
    expect(page).toContain('default-src &#39;none&#39;');
  });

  it('gives the same bytes for the same input', () => {
    expect(renderReport(sampleInput({ rounds: 3, dim: 8 }))).toBe(
      renderReport(sampleInput({ rounds: 3, dim: 8 })),
    );
  });

  it('has a table behind every chart', () => {
    const charts = Array.from(document.querySelectorAll('figure.chart')).filter(
      (chart) => chart.id !== 'clients-final',
    );
    expect(charts.length).toBe(13);
    for (const chart of charts) expect(chart.querySelector('details.data table'), chart.id).not.toBeNull();
    const final = document.querySelector('#clients > .table-scroll table, #clients > details table');
    expect(final!.querySelectorAll('tbody tr').length).toBe(10);
  });

  it('shows the numbers of the summaries', () => {
    const [local, fedavg] = Array.from(document.querySelectorAll('table.headline tbody tr'), (row) =>
      row.textContent.replaceAll(/\s+/g, ' '),
    );
    expect(local).toContain(`${(100 * input.runs[0].summary.last5!).toFixed(1)}%`);
    expect(local).toContain(`(round ${input.runs[0].summary.bestRound})`);
    expect(fedavg).toContain('153,640');
    const row = document.querySelectorAll('#accuracy-rule tbody tr')[7];
    expect(Array.from(row.children, (cell) => cell.textContent)).toEqual([
      '7',
      ...input.runs.map(({ history }) => `${(100 * history.evaluations[7].accuracy!).toFixed(1)}%`),
    ]);
  });

  it('compares the geometry with the bound, before and after alignment', () => {
    expect(textOf(document, '#geometry-angle .note')).toContain(
      '96.4° (largest cosine −0.111) for 10 classes in 512 dimensions',
    );
    const head = Array.from(
      document.querySelectorAll('#geometry-angle thead th'),
      (cell) => cell.textContent,
    );
    expect(head).toEqual(['Round', 'FedProto', 'ProtoNorm as released, before alignment', 'ProtoNorm as released', 'ProtoNorm, before alignment', 'ProtoNorm']); // prettier-ignore
    const pictures = Array.from(document.querySelectorAll('.picture'), (picture) =>
      Array.from(picture.querySelectorAll('h4'), ({ textContent }) => textContent),
    );
    const both = ['Aggregated, before alignment', 'Sent to the clients, after alignment'];
    expect(pictures).toEqual([['Sent to the clients'], both, both]);
  });

  it('lists failures, the command and the manifests', () => {
    expect(textOf(document, '#rounds tbody tr')).toBe('FedProto 17client-3timeout');
    expect(document.querySelector('#repeat code')!.textContent).toBe(input.command);
    expect(document.querySelectorAll('#repeat details').length).toBe(5);
    expect(textOf(document, '#repeat details code')).toContain('"seed": 7');
    expect(textOf(document, '#repeat ul')).toBe(input.notes![0]);
  });
});

describe('names from outside', () => {
  const evil = `"><script>alert('x')</script><img src=x onerror=alert(1)>&amp;`;

  it('stay text wherever they stand', () => {
    const input: ReportInput = {
      title: evil,
      command: evil,
      dataset: {
        name: evil,
        classNames: small.dataset.classNames!.map((_, i) => evil + i),
        samples: 3,
        source: evil,
        licence: evil,
      },
      partition: { ...small.partition!, kind: evil },
      clients: small.clients.map((client) => ({ ...client, model: evil + client.model })),
      runs: small.runs.map((run) => ({
        ...run,
        label: evil + run.label,
        strategy: evil,
        manifest: { [evil]: evil },
        history: {
          ...run.history,
          rounds: run.history.rounds.map((round) => ({
            ...round,
            failed: { [evil]: evil },
            metrics: { [evil]: 1 },
          })),
        },
        prototypes: run.prototypes.map(({ round, tables }) => ({
          round,
          tables: { ...tables, [evil]: tables.prototypes },
        })),
      })),
      environment: { [evil]: evil },
      notes: [evil],
    };
    const page = renderReport(input);
    checkPage(page);
    const document = parseHTML(page).document as unknown as Document;
    const scripts = Array.from(document.querySelectorAll('script'), (script) => script.getAttribute('type'));
    expect(scripts).toEqual(['application/json', 'application/json', 'application/json', null]);
    expect(document.querySelectorAll('img').length).toBe(0);
    expect(/<script>alert|<img/.test(page)).toBe(false);
    for (const element of document.querySelectorAll('*')) {
      expect(element.getAttributeNames().filter((name) => name.startsWith('on'))).toEqual([]);
    }
    expect(document.title).toBe(evil);
    expect(document.querySelector('#repeat code')!.textContent).toBe(evil);
    const { names } = JSON.parse(document.querySelector('.picture script')!.textContent) as {
      names: string[];
    };
    expect(names[0]).toBe(`${evil}0`);
  });

  it('stay text as client ids too, and words of JavaScript mean nothing', () => {
    const ids = [evil, '__proto__', 'constructor', 'toString'];
    const clients = small.clients.map((client, i) => ({ ...client, id: ids[i] }));
    const page = renderReport({ ...small, clients });
    checkPage(page);
    expect(/<script>alert|<img/.test(page)).toBe(false);
  });
});

describe('what is not there', () => {
  const noTests: RunHistory = {
    evaluations: [{ round: 0, accuracy: null, accuracyByLogits: null, perClient: {} }],
    rounds: small.runs[2].history.rounds,
  };
  const bare = (run: ReportRun, history: RunHistory): ReportRun => ({
    ...run,
    history,
    summary: summarise(history),
    prototypes: [],
  });

  it('no test data', () => {
    const page = renderReport({ ...small, runs: small.runs.map((run) => bare(run, noTests)) });
    checkPage(page);
    const document = parseHTML(page).document as unknown as Document;
    expect(textOf(document, '.verdict')).toContain('No client has test samples');
    expect(textOf(document, '#accuracy .empty')).toContain('no accuracy to draw');
    expect(textOf(document, '#clients .empty')).toContain('no accuracy per client');
  });

  it('no prototypes', () => {
    const document = documentOf({ ...small, runs: small.runs.slice(0, 2) });
    expect(textOf(document, '#geometry .empty')).toBe('No run has prototypes.');
    expect(textOf(document, '#pictures .empty')).toBe('No run has prototypes to draw.');
  });

  it('one round, one client, two classes', () => {
    const page = renderReport(sampleInput({ rounds: 1, clients: 1, classes: 2, dim: 2 }));
    checkPage(page);
    const document = parseHTML(page).document as unknown as Document;
    expect(textOf(document, '#geometry-drift .empty')).toContain('needs the prototypes of two rounds');
  });

  it('nothing but a name: no rounds, no evaluations, no partition, no command', () => {
    const page = renderReport({
      title: 'Empty',
      dataset: { name: 'none', samples: 0 },
      clients: [],
      runs: [bare(small.runs[0], { evaluations: [], rounds: [] })],
      environment: {},
    });
    checkPage(page);
    const document = parseHTML(page).document as unknown as Document;
    expect(textOf(document, '#partition .empty')).toBe('The partition was not recorded.');
    expect(textOf(document, '#traffic .empty')).toContain('nothing was sent');
    expect(textOf(document, '#repeat .empty')).toContain('command was not recorded');
  });

  it('a run that diverged, one that was interrupted, and two of the same name', () => {
    const [first, second, third] = small.runs;
    const prototypes = small.runs[4].prototypes.map(({ round, tables }) => ({
      round,
      tables: {
        prototypes: {
          ...tables.prototypes,
          vectors: tables.prototypes.vectors.map((x) => (round > 1 ? NaN : x)),
        },
      },
    }));
    const page = renderReport({
      ...small,
      runs: [
        first,
        { ...second, status: 'interrupted' },
        {
          ...third,
          label: first.label,
          status: 'diverged',
          prototypes,
          summary: { ...third.summary, last5: NaN, final: null },
          history: {
            ...third.history,
            evaluations: third.history.evaluations.map((record) => ({ ...record, accuracy: NaN })),
          },
        },
      ],
    });
    checkPage(page.replaceAll(/The table of class \d+ has NaN at dimension \d+/g, ''));
    const document = parseHTML(page).document as unknown as Document;
    expect(textOf(document, 'header .alert')).toMatch(
      /Diverged: Local \(2\) \(after 3 rounds\).*Interrupted: FedAvg \(after 3 rounds\)/,
    );
    expect(
      Array.from(document.querySelectorAll('.headline .badge'), ({ textContent }) => textContent),
    ).toEqual(['interrupted', 'diverged']);
    expect(textOf(document, '#geometry .alert')).toContain('2 tables left out. Local (2), round 2:');
  });

  it('classes that only some rounds have', () => {
    const run = small.runs[4];
    const prototypes = run.prototypes.map(({ round, tables: { prototypes: table } }) => ({
      round,
      tables: {
        prototypes: {
          dim: table.dim,
          classes: table.classes.slice(round),
          counts: table.counts.slice(round),
          vectors: table.vectors.slice(round * table.dim),
        },
      },
    }));
    const page = renderReport({ ...small, runs: [{ ...run, prototypes }] });
    checkPage(page);
    const document = parseHTML(page).document as unknown as Document;
    const hidden = document.querySelectorAll('[data-point][visibility=hidden]');
    expect(hidden.length).toBe(2);
  });
});

describe('many of everything', () => {
  it('thins out and says so', () => {
    const page = renderReport(sampleInput({ clients: 60, rounds: 130, classes: 45, dim: 6 }));
    checkPage(page);
    const document = parseHTML(page).document as unknown as Document;
    expect(textOf(document, '#clients > .note')).toContain('Charts show 40 of 60 clients');
    expect(textOf(document, '#accuracy-rule .data .note')).toBe('121 of 131 rounds.');
    expect(textOf(document, '#geometry > p')).toContain('not every round is measured');
    expect(textOf(document, '#clients > details > summary')).toBe('All 60 clients');
    expect(
      document.querySelectorAll('#partition-classes .wide path[fill^="var(--heat"]').length,
    ).toBeGreaterThan(1);
    expect(document.querySelectorAll('[data-label]').length).toBe(0);
  });
});

describe('bad input', () => {
  function refuse(input: ReportInput, code: 'invalid-argument' | 'shape-mismatch', message: RegExp): void {
    expect(() => renderReport(input)).toThrow(message);
    try {
      renderReport(input);
    } catch (error) {
      expect(isProtoNormError(error, code)).toBe(true);
    }
  }

  it('is refused with what was received', () => {
    refuse({ ...small, runs: [] }, 'invalid-argument', /at least one run/);
    refuse(
      { ...small, clients: small.clients.slice(1) },
      'shape-mismatch',
      /classCounts has 4 entries, but there are 3 clients/,
    );
  });
});
