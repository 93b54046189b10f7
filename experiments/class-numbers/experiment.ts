import { renderLinePlot } from '@protonorm/studio';
import { casesPlot } from '../compare/outcome-plots.ts';
import { accuracyTable } from '../compare/outcome-tables.ts';
import type { Outcome } from '../compare/outcome.ts';
import { runComparison } from '../compare/run-comparison.ts';
import type { Experiment } from '../experiment.ts';
import { cosineText, countText, figureText, MISSING } from '../text.ts';
import { methods, serverCosts, type ServerCost } from './server-cost.ts';

interface Data {
  readonly server: readonly ServerCost[];
  readonly accuracy: Outcome;
}

/** From ten classes to ten thousand. */
export const classNumbers: Experiment<Data> = {
  name: 'class-numbers',
  title: 'The number of classes',
  question:
    'What do 100 to 10,000 classes cost the server and the network, and does the accuracy hold with up to 200?',
  setting:
    'Server: one alignment of rows as untrained ReLU networks give them, on WebAssembly, one thread. Accuracy: digits (10 classes), letters (26), CIFAR-100 (100) and Tiny ImageNet (200) among ten clients with a Dirichlet (0.1) partition and four models; recipe `two-cores/class-numbers`.',
  async compute(context) {
    const quick = { cases: ['digits'], strategies: ['local', 'protonorm'] };
    return {
      accuracy: await runComparison('class-numbers', context, quick),
      server: serverCosts(context),
    };
  },
  draw: ({ server, accuracy }) => [
    {
      suffix: '',
      alt: 'Processor time of an alignment over the number of classes, a line for each method and dimension',
      svg: timePlot(server),
    },
    {
      suffix: 'accuracy',
      alt: 'Accuracy by data set, a marker for each strategy',
      svg: casesPlot(accuracy, 'Accuracy with 10, 26, 100 and 200 classes, ± standard error'),
    },
  ],
  tables: ({ server, accuracy }) => [
    {
      caption:
        'One alignment on the server: processor time, peak memory beyond the input, largest cosine beside its lower bound, and the bytes of a message with all classes, each way. ≈: projected from two passes to all 500; where the early stop comes after a twentieth of them, it is a twentieth of that.',
      head: ['classes', 'd', 'method', 'passes', 'ms', 'MB', 'max cosine', 'bound', 'bytes'],
      rows: server.map((row) => [
        countText(row.classes),
        String(row.dim),
        row.method,
        row.passes === 0 ? MISSING : String(row.passes),
        `${row.projected ? '≈ ' : ''}${figureText(row.cpuMs)}`,
        figureText(row.extraMB),
        cosineText(row.maxCosine),
        cosineText(row.bound),
        countText(row.bytes),
      ]),
    },
    accuracyTable(accuracy),
  ],
};

function timePlot(server: readonly ServerCost[]): string {
  const dims = [...new Set(server.map(({ dim }) => dim))].sort((a, b) => b - a);
  return renderLinePlot({
    title: 'Processor time of an alignment (reference at 10,000 classes: projected)',
    x: { label: 'classes', log: true },
    y: { label: 'ms', log: true },
    series: dims.flatMap((dim) =>
      methods.map((method) => ({
        label: `${method}, d = ${dim}`,
        points: server
          .filter((row) => row.dim === dim && row.method === method)
          .map(({ classes, cpuMs }) => ({ x: classes, y: Math.max(cpuMs, 0.01) }))
          .sort((a, b) => a.x - b.x),
      })),
    ),
  });
}
