import type { Experiment } from '../experiment.ts';

/** `docs/results/README.md`: the list of all experiments. */
export function indexPage(experiments: readonly Experiment[]): string {
  return `# Results

Each page is a question, the command that answers it, what came out, and what was learned. \`npm run experiment -- NAME\` computes
one again and writes its numbers; what was learned is written by people. The experiments are defined in
[experiments/](../../experiments/README.md).

| experiment | question |
| --- | --- |
${experiments.map(({ name, question }) => `| [${name}](${name}.md) | ${question} |`).join('\n')}
`;
}
