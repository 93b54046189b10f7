import { resolve } from 'node:path';
import type { ArgsDef } from 'citty';
import { ProtoNormError } from '@protonorm/tensor';
import type { Recipe } from '../recipe/recipe-schema.ts';
import { integerListFlag } from './flag-values.ts';
import { runFlags } from './run-flags.ts';

/** Flags of `protonorm compare`. */
export const compareFlags = {
  ...runFlags,
  strategies: {
    type: 'string',
    description: "Strategies a,b,c by label, id or path of a module. Default: all of the recipe's.",
    valueHint: 'ids',
  },
  seeds: {
    type: 'string',
    description: "Seeds 1,2,3; each draws its own partition. Default: the recipe's.",
    valueHint: 'list',
  },
  seed: { type: 'string', description: 'The same as --seeds with one seed.', valueHint: 'n' },
  'skip-missing': {
    type: 'boolean',
    default: false,
    description: 'Go on without the cases whose data are missing; the results say which and why.',
  },
  resume: {
    type: 'string',
    description: 'Go on with the comparison in this folder; without a value, in that of --out.',
    valueHint: 'dir',
  },
} as const satisfies ArgsDef;

type Switch = 'json' | 'profile' | 'skip-missing';

/** Values of {@link compareFlags} as parsed. */
export type CompareFlagValues = {
  readonly [K in Exclude<keyof typeof compareFlags, Switch>]?: string | undefined;
} & { readonly [K in Switch]?: boolean | undefined };

/** Flags that go with --resume; the comparison already says everything else. */
const RESUMABLE: ReadonlySet<string> = new Set([
  'resume',
  'out',
  'workers',
  'backend',
  'json',
  'profile',
  'skip-missing',
]);

/**
 * The folder that `--resume` means.
 *
 * @throws `invalid-argument` without a folder, or with a flag that the comparison already says
 */
export function resumedFolder(flags: CompareFlagValues): string {
  const root = flags.resume || flags.out;
  if (root === undefined || (flags.out !== undefined && resolve(flags.out) !== resolve(root))) {
    throw new ProtoNormError('invalid-argument', 'Which comparison shall go on?', {
      received: { resume: flags.resume, out: flags.out },
      hint: 'Write --resume <dir>, or --out <dir> --resume.',
    });
  }
  const surplus = (Object.keys(compareFlags) as (keyof typeof compareFlags)[]).find(
    (name) => flags[name] !== undefined && !RESUMABLE.has(name),
  );
  if (surplus !== undefined) {
    throw new ProtoNormError(
      'invalid-argument',
      `--${surplus} does not go with --resume: the comparison in ${root} already says it.`,
      { received: flags[surplus], hint: 'Leave it out.' },
    );
  }
  return root;
}

/** The seeds of a comparison: those of the flags, or of the recipe. */
export function seedsOf(recipe: Recipe, flags: CompareFlagValues): readonly number[] {
  if (flags.seed !== undefined && flags.seeds !== undefined) {
    throw new ProtoNormError('invalid-argument', '--seed and --seeds are the same.', {
      received: [flags.seed, flags.seeds],
      hint: 'Give one of them.',
    });
  }
  return integerListFlag('seeds', flags.seeds ?? flags.seed) ?? recipe.seeds ?? [recipe.seed];
}
