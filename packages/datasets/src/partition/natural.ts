import { createRng, ProtoNormError } from '@protonorm/tensor';

import type { Draw } from './draw.ts';
import { infeasible, type DrawSettings } from './partition-options.ts';

/** The distinct owners, ascending. */
export function distinctGroups(groups: ArrayLike<number>, length: number): number[] {
  if (groups.length !== length) {
    throw new ProtoNormError(
      'shape-mismatch',
      `There are ${length} samples, but ${groups.length} group ids.`,
      {
        received: groups.length,
        expected: length,
      },
    );
  }
  const seen = new Set<number>();
  for (let i = 0; i < length; i++) {
    if (!(Number.isInteger(groups[i]) && groups[i] >= 0)) {
      throw new ProtoNormError(
        'invalid-argument',
        `Group id ${groups[i]} of sample ${i} is no integer >= 0.`,
        {
          received: groups[i],
        },
      );
    }
    seen.add(groups[i]);
  }
  return [...seen].sort((a, b) => a - b);
}

/** Whole owners for each client: see {@link NaturalPartitionOptions}. */
export function drawNatural(
  groups: ArrayLike<number>,
  owners: readonly number[],
  settings: DrawSettings,
): Draw {
  const { clients, minSamples, seed } = settings;
  if (clients > owners.length) {
    throw infeasible(
      `${owners.length} natural groups cannot be shared among ${clients} clients without splitting one.`,
      {
        received: clients,
        hint: `Ask for at most ${owners.length} clients.`,
      },
    );
  }
  const dealt = [...owners];
  if (clients < owners.length) createRng(seed).split('partition', 'natural').shuffle(dealt);
  const clientOf = new Map(dealt.map((owner, i) => [owner, i % clients]));
  const rows: number[][] = Array.from({ length: clients }, () => []);
  for (let i = 0; i < groups.length; i++) rows[clientOf.get(groups[i])!].push(i);
  const smallest = Math.min(...rows.map((own) => own.length));
  if (smallest < minSamples) {
    throw infeasible(
      `A client of the natural groups has ${smallest} samples, fewer than minSamples ${minSamples}.`,
      {
        received: minSamples,
        hint: 'Lower minSamples, leave out small groups, or ask for fewer clients.',
      },
    );
  }
  return { clients: rows.map((own) => Int32Array.from(own)), tries: 1 };
}
