import type { PartitionStatistics } from './partition-statistics.ts';

/** Settings of {@link partitionSvg}. */
export interface PartitionSvgOptions {
  /** @defaultValue 'Samples of each class at each client' */
  readonly title?: string;
  /** Names of the classes, length C; shown as tooltips, and as labels up to 20 classes. */
  readonly classNames?: readonly string[];
  /** Prefix of the element ids; give different ones to pictures on one page. */
  readonly id?: string;
}

const ROW = 26;
const LEFT = 64;
const TOP = 56;
const BAR = 160;

/**
 * Draws a partition as a self-contained SVG: a bubble for each client and class (area = samples) and a bar for each
 * client's size, split into training (filled) and test (outlined).
 *
 * Text and grid take `currentColor`; bubbles change with `prefers-color-scheme`. Title, description and a tooltip for
 * each bubble make it readable without seeing it. No script, no fonts, no links.
 *
 * @returns one `<svg>` element, to be put into a page or saved as a file
 */
export function partitionSvg(statistics: PartitionStatistics, options: PartitionSvgOptions = {}): string {
  const { clients, classes, counts, sizes, trainSizes } = statistics;
  const { title = 'Samples of each class at each client', classNames, id = 'partition' } = options;
  const column = classes <= 20 ? ROW : Math.max(6, Math.round(640 / classes));
  const plotWidth = classes * column;
  const width = LEFT + plotWidth + 24 + BAR + 60;
  const height = TOP + clients * ROW + 16;
  const largest = Math.max(1, ...counts.flatMap((own) => Array.from(own)));
  const largestSize = Math.max(1, ...sizes);
  const x = (label: number) => LEFT + (label + 0.5) * column;
  const y = (client: number) => TOP + (client + 0.5) * ROW;
  const nameOf = (label: number) => escapeXml(classNames?.[label] ?? `class ${label}`);
  const maxRadius = Math.min(ROW / 2 - 0.5, Math.max(column / 2, 9)); // narrow columns: bubbles may overlap

  const every = Math.ceil(classes / 20);
  const header = Array.from({ length: classes }, (_, label) => label)
    .filter((label) => label % every === 0)
    .map((label) => text(x(label), TOP - 10, String(label), 'middle', nameOf(label)));
  const bubbles = (client: number): string[] =>
    Array.from(counts[client]).flatMap((count, label) => {
      if (count === 0) return [];
      const radius = Math.max(0.8, maxRadius * Math.sqrt(count / largest)).toFixed(2);
      return `<circle class="bubble" cx="${x(label)}" cy="${y(client)}" r="${radius}"><title>client ${client}, ${nameOf(label)}: ${count}</title></circle>`;
    });
  const sizeBar = (client: number): string[] => {
    const start = LEFT + plotWidth + 24;
    const full = (BAR * sizes[client]) / largestSize;
    const train = (BAR * trainSizes[client]) / largestSize;
    const top = y(client) - 6;
    return [
      `<rect class="test" x="${start}" y="${top}" width="${full.toFixed(2)}" height="12"/>`,
      `<rect class="bubble" x="${start}" y="${top}" width="${train.toFixed(2)}" height="12"><title>client ${client}: ${trainSizes[client]} for training, ${sizes[client] - trainSizes[client]} for testing</title></rect>`,
      text(start + full + 6, y(client) + 4, String(sizes[client]), 'start'),
    ];
  };
  const rows: string[] = [];
  for (let client = 0; client < clients; client++) {
    rows.push(
      `<line class="grid" x1="${LEFT}" x2="${LEFT + plotWidth}" y1="${y(client)}" y2="${y(client)}"/>`,
      text(LEFT - 10, y(client) + 4, String(client), 'end'),
      ...bubbles(client),
      ...sizeBar(client),
    );
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="${escapeXml(id)}-title ${escapeXml(id)}-desc">`,
    `<title id="${escapeXml(id)}-title">${escapeXml(title)}</title>`,
    `<desc id="${escapeXml(id)}-desc">${escapeXml(description(statistics))}</desc>`,
    `<style>@media (prefers-color-scheme:dark){.pn-partition{--pn-fill:#7aa7ff}}.pn-partition{color-scheme:light dark;font:12px system-ui,sans-serif}.pn-partition text{fill:currentColor}.pn-partition .grid{stroke:currentColor;stroke-opacity:.15}.pn-partition .bubble{fill:var(--pn-fill,#2b5fd9);fill-opacity:.85}.pn-partition .test{fill:none;stroke:var(--pn-fill,#2b5fd9)}</style>`,
    '<g class="pn-partition">',
    text(LEFT - 10, TOP - 10, 'client', 'end'),
    text(LEFT, TOP - 32, classes <= 20 ? 'class' : `class (0..${classes - 1})`, 'start'),
    text(LEFT + plotWidth + 24, TOP - 10, 'samples (filled: training)', 'start'),
    ...header,
    ...rows,
    '</g>',
    '</svg>',
  ].join('\n');
}

function description({
  clients,
  classes,
  sizes,
  effectiveClasses,
  majorityBaseline,
}: PartitionStatistics): string {
  const mean = effectiveClasses.reduce((a, b) => a + b, 0) / Math.max(1, clients);
  return `${clients} clients hold ${Math.min(...sizes)} to ${Math.max(...sizes)} samples of ${classes} classes; the mean effective number of classes is ${mean.toFixed(1)}, the majority-class baseline ${majorityBaseline.toFixed(3)}.`;
}

function text(
  x: number,
  y: number,
  content: string,
  anchor: 'start' | 'middle' | 'end',
  title?: string,
): string {
  const inner = title === undefined ? content : `<title>${title}</title>${content}`;
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}">${inner}</text>`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function escapeXml(value: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return value.replace(/[&<>"']/g, (char) => entities[char]);
}
