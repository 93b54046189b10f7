import type { Experiment, Table } from '../experiment.ts';
import type { ResultFile } from './result-file.ts';

const BEGIN = '<!-- written by the command below: change nothing between the two marks -->';
const END = '<!-- end of what the command writes -->';
const LEARNED = '## What was learned';

/** Text of a section that nobody has written yet. */
const TO_WRITE = '_To be written._';

/** The page of an experiment: its numbers from the result file, and what people wrote around them from the old page. */
export function resultPage(experiment: Experiment, file: ResultFile, old: string | undefined): string {
  const after = old === undefined ? `\n\n${LEARNED}\n\n${TO_WRITE}\n` : partsOf(old).after;
  return `${old === undefined ? '' : partsOf(old).before}${BEGIN}\n\n${writtenPart(experiment, file)}\n\n${END}${after}`;
}

/** What somebody wrote under 'What was learned'; undefined when nobody has. */
export function learnedText(page: string): string | undefined {
  const { after } = partsOf(page);
  const from = after.indexOf(LEARNED);
  if (from < 0) return undefined;
  const text = after
    .slice(from + LEARNED.length)
    .split('\n## ')[0]
    .trim();
  return text === '' || text === TO_WRITE ? undefined : text;
}

/** @throws `Error` when a mark is missing */
function partsOf(page: string): { readonly before: string; readonly after: string } {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin)
    throw new Error(`The page lacks the marks '${BEGIN}' and '${END}': put them back, or remove the page.`);
  return { before: page.slice(0, begin), after: page.slice(end + END.length) };
}

function writtenPart(experiment: Experiment, { quick, versions, machine, data }: ResultFile): string {
  const { name, title, question, setting } = experiment;
  const { cpu, cores, memoryGB, platform } = machine;
  const pictures = experiment.draw(data).map(({ suffix, alt }) => `![${alt}](${pictureName(name, suffix)})`);
  return [
    `# ${title}`,
    ...(quick ? ['**A quick version, to see that everything works: its numbers say nothing.**'] : []),
    `**${question}**`,
    setting,
    `\`\`\`sh\nnpm run experiment -- ${name}${quick ? ' --quick' : ''}\n\`\`\``,
    ...pictures,
    ...experiment.tables(data).map(markdownTable),
    `Numbers and seeds: [${name}.json](${name}.json). protonorm ${versions.protonorm}, Node ${versions.node}, ${cores} cores of ${cpu}, ${memoryGB} GB, ${platform}.`,
  ].join('\n\n');
}

/** The file of a picture. */
export function pictureName(name: string, suffix: string): string {
  return `${name}${suffix === '' ? '' : `-${suffix}`}.svg`;
}

function markdownTable({ caption, head, rows }: Table): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return `${caption}\n\n${[line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')}`;
}
