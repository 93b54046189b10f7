/**
 * The candidate with the fewest insertions, deletions and substitutions (Levenshtein) to a name, case ignored; undefined
 * when even the nearest differs in more than half of the longer text, so that no far-fetched guess is made.
 *
 * @example
 * ```ts
 * import { nearestName } from '@protonorm/tensor';
 * nearestName('fedprot', ['local', 'fedavg', 'fedproto']); // => 'fedproto'
 * ```
 */
export function nearestName(name: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestShare = 0.5;
  for (const candidate of candidates) {
    const share = distance(simplify(name), simplify(candidate)) / Math.max(name.length, candidate.length, 1);
    if (share < bestShare || (share === bestShare && best === undefined)) {
      best = candidate;
      bestShare = share;
    }
  }
  return best;
}

function simplify(text: string): string {
  return text.slice(0, 64).toLowerCase().replaceAll('_', '-');
}

function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = previous[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(substituted, previous[j] + 1, current[j - 1] + 1));
    }
    previous = current;
  }
  return previous[b.length];
}
