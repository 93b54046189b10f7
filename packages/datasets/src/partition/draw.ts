import { infeasible, type DrawSettings } from './partition-options.ts';

/** Rows of each client, before the split into training and test. */
export interface Draw {
  readonly clients: readonly Int32Array[];
  readonly tries: number;
  readonly warnings?: readonly string[];
}

/**
 * Draws until every client has `minSamples`, and says how close it came when it gives up.
 *
 * @param attempt - one random draw; gets the number of the try, from 1
 */
export function drawUntilLargeEnough(
  attempt: (tries: number) => readonly Int32Array[],
  { minSamples, maxTries, clients }: DrawSettings,
): { clients: readonly Int32Array[]; tries: number } {
  let best = -1;
  for (let tries = 1; tries <= maxTries; tries++) {
    const drawn = attempt(tries);
    const smallest = Math.min(...drawn.map((rows) => rows.length));
    if (smallest >= minSamples) return { clients: drawn, tries };
    best = Math.max(best, smallest);
  }
  throw infeasible(
    `In ${maxTries} tries no draw gave each of the ${clients} clients ${minSamples} samples; the best had a client with ${best}.`,
    {
      received: { minSamples, clients },
      hint: `Lower minSamples to ${best}, or ask for fewer clients or a larger alpha.`,
    },
  );
}

/** Rows of each class in ascending order, length `classes`. */
export function rowsByClass(labels: ArrayLike<number>, classes: number): Int32Array[] {
  const counts = new Int32Array(classes);
  for (let i = 0; i < labels.length; i++) counts[labels[i]]++;
  const rows = Array.from(counts, (count) => new Int32Array(count));
  counts.fill(0);
  for (let i = 0; i < labels.length; i++) rows[labels[i]][counts[labels[i]]++] = i;
  return rows;
}

/** Cuts rows into consecutive parts in the given proportions, each bound rounded to the nearest sample. */
export function cutByShares(rows: Int32Array, shares: ArrayLike<number>): Int32Array[] {
  const parts: Int32Array[] = [];
  let sum = 0;
  let start = 0;
  for (let i = 0; i < shares.length; i++) {
    sum += shares[i];
    const end = i === shares.length - 1 ? rows.length : Math.min(rows.length, Math.round(sum * rows.length));
    parts.push(rows.subarray(start, end));
    start = end;
  }
  return parts;
}

/** Joins the parts that each client got, e.g. of each class. */
export function joinParts(parts: readonly (readonly Int32Array[])[], clients: number): Int32Array[] {
  return Array.from({ length: clients }, (_, client) => {
    const own = parts.map((part) => part[client]).filter((part) => part !== undefined);
    const joined = new Int32Array(own.reduce((length, part) => length + part.length, 0));
    let at = 0;
    for (const part of own) {
      joined.set(part, at);
      at += part.length;
    }
    return joined;
  });
}
