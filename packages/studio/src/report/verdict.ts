import { html, type Html } from '../html/html.ts';
import { integer, isNumber, list, percent, plural, points } from '../format/format.ts';
import { hasAccuracy, testSamples } from './accuracy-values.ts';
import type { ReportRun } from './report-input.ts';
import { groupsOf, spreadOf, type ShownInput, type ShownRun } from './shown-run.ts';

/** Runs that the leader is, or is not, clearly ahead of. */
export interface Ranking {
  readonly leader: ReportRun;
  /** Less than two standard errors behind the leader, best first. */
  readonly close: readonly Behind[];
  /** Further behind, best first. */
  readonly behind: readonly Behind[];
}

interface Behind {
  readonly run: ReportRun;
  /** Leader minus this run, in 0..1. */
  readonly difference: number;
  /** Two standard errors of that difference. */
  readonly margin: number;
}

/**
 * Ranks runs by a number of their summaries. Two runs are called close when they differ by less than two standard errors
 * of the difference of two binomial shares; both are measured on the same samples, for which this is a cautious yardstick.
 *
 * @returns undefined when no run has the number
 */
export function rank(
  runs: readonly ReportRun[],
  valueOf: (run: ReportRun) => number | null,
): Ranking | undefined {
  const measured = runs
    .flatMap((run) => {
      const value = valueOf(run);
      return isNumber(value) ? [{ run, value }] : [];
    })
    .sort((a, b) => b.value - a.value);
  if (measured.length === 0) return undefined;
  const [first, ...others] = measured;
  const behind = others.map(({ run, value }) => ({
    run,
    difference: first.value - value,
    margin: 2 * Math.sqrt(variance(first.value, first.run) + variance(value, run)),
  }));
  return {
    leader: first.run,
    close: behind.filter(({ difference, margin }) => difference < margin || difference === 0),
    behind: behind.filter(({ difference, margin }) => difference >= margin && difference > 0),
  };
}

/** Who wins, in words, with what speaks against taking it for more than it is. */
export function verdict(input: ShownInput): Html {
  const { runs } = input;
  if (!hasAccuracy(runs)) {
    return html`<div class="verdict">
      <p>No client has test samples: there is no accuracy to compare.</p>
    </div>`;
  }
  const sentences = runs.length === 1 ? alone(runs[0]) : [...grouped(runs), ...compared(runs)];
  return html`<div class="verdict">
    ${sentences.map((sentence) => html`<p>${sentence}</p>`)}
    ${[...baseline(input), ...cautions(input)].map((sentence) => html`<p class="note">${sentence}</p>`)}
  </div>`;
}

function alone(run: ShownRun): Html[] {
  const { last5, bestRound, best, last5ByLogits } = run.summary;
  return [
    html`<strong>${run.label}</strong> reaches ${percent(last5)} (${meanWords([run])}); its best round,
      ${bestRound}, has ${percent(best)}; the clients’ own heads reach ${percent(last5ByLogits)} by logits.
      There is no other run here to compare it with.`,
  ];
}

/** Means over seeds, where there are several. */
function grouped(runs: readonly ShownRun[]): Html[] {
  const groups = groupsOf(runs);
  if (groups.length === runs.length) return [];
  const means = groups
    .flatMap((group) => {
      const spread = spreadOf(group, ({ summary }) => summary.last5);
      return spread === undefined ? [] : [{ name: group.name, ...spread }];
    })
    .sort((a, b) => b.mean - a.mean);
  const words = means.map(
    ({ name, mean, min, max, count }) =>
      `${name} ${percent(mean)} (${count === 1 ? '1 run' : `${percent(min)} to ${percent(max)} in ${count} runs`})`,
  );
  const overlapping = means.slice(1).filter(({ max }) => max >= means[0].min);
  const sentences = [html`Means over seeds, by each strategy’s own rule: ${list(words)}.`];
  if (means.length > 1) {
    sentences.push(
      overlapping.length === 0
        ? html`Every run of <strong>${means[0].name}</strong> is above every other run.`
        : html`The range of <strong>${means[0].name}</strong> overlaps with that of
            ${list(overlapping.map(({ name }) => name))}: these seeds do not settle their order.`,
    );
  }
  return sentences;
}

function compared(runs: readonly ShownRun[]): Html[] {
  const byMean = rank(runs, ({ summary }) => summary.last5)!;
  const { leader, close, behind } = byMean;
  const nominally = close.length === 0 ? '' : 'Nominally ';
  const start =
    groupsOf(runs).length < runs.length ? `Of single runs, ${nominally.toLowerCase()}` : nominally;
  const sentences = [
    html`${start}<strong>${leader.label}</strong> has the highest accuracy by its own rule:
      ${percent(leader.summary.last5)}
      (${meanWords(runs)}).${
        close.length > 0 &&
        html` With ${plural(testSamples(leader), 'test sample')} it cannot be told apart from
        ${list(close.map(({ run, difference }) => `${run.label} (${points(-difference)})`))}: less than two
        standard errors, about ${points(Math.max(...close.map(({ margin }) => margin)))}.`
      }${
        behind.length > 0 &&
        html` Clearly behind:
        ${list(behind.map(({ run, difference }) => `${run.label} (${points(-difference)})`))}.`
      }`,
  ];
  const byLogits = rank(runs, ({ summary }) => summary.last5ByLogits);
  if (byLogits !== undefined) {
    const same = byLogits.leader === leader;
    sentences.push(
      html`By the logits of the clients’ own heads ${same ? 'it is also' : 'it is'}
        <strong>${byLogits.leader.label}</strong>, with
        ${percent(byLogits.leader.summary.last5ByLogits)}${
          byLogits.close.length > 0 &&
          `, too close to tell from ${list(byLogits.close.map(({ run }) => run.label))}`
        }.`,
    );
  }
  const byBest = rank(runs, ({ summary }) => summary.best);
  if (byBest !== undefined && byBest.leader !== leader) {
    sentences.push(
      html`By best round it would be ${byBest.leader.label} with ${percent(byBest.leader.summary.best)}; but
      best rounds are chosen on the test split.`,
    );
  }
  return sentences;
}

function meanWords(runs: readonly ShownRun[]): string {
  const counts = runs.map(
    ({ history }) => history.evaluations.filter(({ accuracy }) => isNumber(accuracy)).length,
  );
  const least = Math.min(...counts.filter((count) => count > 0));
  return least >= 5 ? 'mean of the last five evaluations' : `mean of the last evaluations, at most five`;
}

function baseline({ partition, runs }: ShownInput): Html[] {
  const value = partition?.majorityBaseline;
  if (!isNumber(value)) return [];
  const below = runs.filter(({ summary }) => isNumber(summary.last5) && summary.last5 < value);
  return [
    html`Always answering each client’s most frequent class scores
    ${percent(value)}${
      below.length === 0
        ? '; every run is above that.'
        : html`;
            <strong
              >${list(below.map(({ label }) => label))} ${below.length === 1 ? 'is' : 'are'} below
              that.</strong
            >`
    }`,
  ];
}

function cautions({ runs }: ShownInput): Html[] {
  const rounds = new Set(runs.map(({ history }) => history.rounds.length));
  return [
    ...(rounds.size > 1
      ? [
          html`The runs have different numbers of rounds
          (${list(runs.map((run) => `${run.label}: ${integer(run.history.rounds.length)}`))}); compare them
          with care.`,
        ]
      : []),
    ...(runs.length > 1 && groupsOf(runs).length === runs.length
      ? [
          html`One run each: how much another seed or partition would change is not measured here, and can be
          more than the standard error says.`,
        ]
      : []),
  ];
}

function variance(share: number, run: ReportRun): number {
  const samples = testSamples(run);
  return samples === 0 ? 0 : (share * (1 - share)) / samples;
}
