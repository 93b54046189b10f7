import { createRng, type Rng } from '@protonorm/tensor';

import { cutByShares, drawUntilLargeEnough, joinParts, rowsByClass, type Draw } from './draw.ts';
import { infeasible, requireInteger, type DrawSettings } from './partition-options.ts';

/** A fixed number of classes for each client: see {@link PathologicalPartitionOptions}. */
export function drawPathological(
  labels: ArrayLike<number>,
  { classesPerClient, balanced }: { classesPerClient: number; balanced: boolean },
  settings: DrawSettings,
): Draw {
  const { clients, classes, seed } = settings;
  const rng = createRng(seed).split('partition', 'pathological');
  const ofClass = rowsByClass(labels, classes);
  ofClass.forEach((rows, label) => rng.split('class', label).shuffle(rows));
  const present = ofClass.flatMap((rows, label) => (rows.length > 0 ? [label] : []));
  checkClassesPerClient(classesPerClient, clients, present.length);
  return drawUntilLargeEnough((tries) => {
    const draw = rng.split('try', tries);
    const holders = dealClasses(draw, present, clients, classesPerClient);
    const parts = present.map((label, k) => {
      const rows = ofClass[label];
      if (holders[k].length > rows.length) {
        throw infeasible(`Class ${label} has ${rows.length} samples for ${holders[k].length} clients.`, {
          received: rows.length,
          hint: 'Lower clients or classesPerClient.',
        });
      }
      const weights = holders[k].map(() => (balanced ? 1 : 0.1 + 0.9 * draw.uniform()));
      const part: Int32Array[] = [];
      cutAtLeastOne(rows, weights).forEach((own, i) => (part[holders[k][i]] = own));
      return part;
    });
    return joinParts(parts, clients);
  }, settings);
}

/** @throws `infeasible-partition` when a client cannot have so many classes, or some class would have no client */
export function checkClassesPerClient(classesPerClient: number, clients: number, classes: number): void {
  requireInteger('classesPerClient', classesPerClient, 1);
  if (classesPerClient > classes) {
    throw infeasible(`A client cannot hold ${classesPerClient} of ${classes} classes.`, {
      received: classesPerClient,
      hint: `classesPerClient must be at most ${classes}.`,
    });
  }
  if (clients * classesPerClient < classes) {
    throw infeasible(
      `${clients} clients with ${classesPerClient} classes cover at most ${clients * classesPerClient} of ${classes} classes; the samples of the others would be lost.`,
      {
        received: { clients, classesPerClient },
        hint: `Raise classesPerClient to at least ${Math.ceil(classes / clients)}, or clients to ${Math.ceil(classes / classesPerClient)}.`,
      },
    );
  }
}

/**
 * Deals classes to clients in random order, always those with the most places left: each class goes to
 * floor or ceil(clients * k / classes) clients, and no client gets one twice.
 *
 * @returns the clients of each class
 */
function dealClasses(rng: Rng, present: readonly number[], clients: number, perClient: number): number[][] {
  const holders: number[][] = present.map(() => []);
  const places = clients * perClient;
  const order = rng.shuffle(present.map((_, k) => k));
  const left = new Map(
    order.map((k, i) => [k, Math.floor(places / present.length) + (i < places % present.length ? 1 : 0)]),
  );
  for (const client of rng.shuffle(Array.from({ length: clients }, (_, i) => i))) {
    const candidates = rng.shuffle(present.map((_, k) => k)).sort((a, b) => left.get(b)! - left.get(a)!);
    for (const k of candidates.slice(0, perClient)) {
      holders[k].push(client);
      left.set(k, left.get(k)! - 1);
    }
  }
  return holders;
}

/** Cuts in the given proportions, but gives everyone at least one sample. */
function cutAtLeastOne(rows: Int32Array, weights: readonly number[]): Int32Array[] {
  const sum = weights.reduce((a, b) => a + b, 0);
  const spare = rows.length - weights.length;
  const sizes = cutByShares(
    new Int32Array(spare),
    weights.map((w) => w / sum),
  ).map((part) => part.length + 1);
  let start = 0;
  return sizes.map((size) => rows.subarray(start, (start += size)));
}
