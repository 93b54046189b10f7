import type { PartitionStatistics } from './partition-statistics.ts';

const LEVELS = ' ▁▂▃▄▅▆▇█';
const FULL = '█';
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];
const BAR_WIDTH = 16;

/**
 * Draws a partition for the terminal: a row for each client, a column for each class (height = samples), its size as a
 * bar, and its effective number of classes.
 *
 * Columns are scaled to the largest count; any sample shows at least the lowest block. With more classes than fit,
 * neighbouring classes share a column, and the header says so.
 *
 * @param options.width - characters in a line, at least 60
 * @defaultValue width 100
 */
export function renderPartitionText(
  statistics: PartitionStatistics,
  { width = 100 }: { width?: number } = {},
): string {
  const { clients, classes, counts, sizes, effectiveClasses, missingClasses, majorityBaseline } = statistics;
  const idWidth = Math.max(6, String(clients - 1).length);
  const sizeWidth = Math.max(7, String(Math.max(...sizes)).length);
  const available = Math.max(60, width) - idWidth - BAR_WIDTH - sizeWidth - 26;
  const perColumn = Math.ceil(classes / available);
  const columns = Math.ceil(classes / perColumn);
  const cell = columns * 2 <= available ? 2 : 1;
  const merged = counts.map((own) =>
    Array.from({ length: columns }, (_, k) =>
      own.subarray(k * perColumn, (k + 1) * perColumn).reduce((sum, value) => sum + value, 0),
    ),
  );
  const largest = Math.max(1, ...merged.flat());
  const largestSize = Math.max(1, ...sizes);
  const header =
    cell === 2 && perColumn === 1 && classes <= 10
      ? Array.from({ length: classes }, (_, k) => `${k} `).join('')
      : `classes 0..${classes - 1}${perColumn > 1 ? `, ${perColumn} a column` : ''}`;
  const plotWidth = Math.max(columns * cell, header.length);
  const lines = [
    `${'client'.padStart(idWidth)}  ${header.padEnd(plotWidth)}  ${'samples'.padStart(sizeWidth)}  ${''.padEnd(BAR_WIDTH)}  effective  missing`,
    ...merged.map((own, client) => {
      const plot = own.map((value) => level(value, largest).padEnd(cell)).join('');
      const bar = horizontalBar(sizes[client] / largestSize);
      const missing = missingClasses[client].length;
      return [
        String(client).padStart(idWidth),
        plot.padEnd(plotWidth),
        String(sizes[client]).padStart(sizeWidth),
        bar,
        effectiveClasses[client].toFixed(1).padStart(9),
        String(missing).padStart(7),
      ].join('  ');
    }),
    `${clients} clients, ${sizes.reduce((a, b) => a + b, 0)} samples, ${classes} classes; highest block = ${largest} samples; majority-class baseline ${majorityBaseline.toFixed(3)}`,
  ];
  return lines.map((line) => line.trimEnd()).join('\n');
}

function level(value: number, largest: number): string {
  return value === 0 ? '·' : LEVELS[Math.max(1, Math.round((8 * value) / largest))];
}

function horizontalBar(share: number): string {
  const eighths = Math.round(share * BAR_WIDTH * 8);
  return (FULL.repeat(eighths >> 3) + EIGHTHS[eighths & 7]).padEnd(BAR_WIDTH);
}
