import { fedProto, local, protoNormReference } from '@protonorm/strategies';
import type { AnyStrategy } from '@protonorm/strategy';
import { ProtoNormError } from '@protonorm/tensor';
import type { MicroArgs, MicroCase } from './micro-file.ts';

/** Strategy and hyperparameters that a case asks for. */
export interface CaseStrategy {
  readonly strategy: AnyStrategy;
  readonly hyper: Readonly<Record<string, number | boolean | string>>;
  /** In words, for the output. */
  readonly reading: string;
}

/**
 * Reads algorithm and quirks of a case. What the case says itself (`args`, `quirks`, `prototype_source`) goes first; then
 * the words of its name ('fresh', 'official', 'pa_only', 'pu_only', 'after', 'during'); then the released behaviour.
 *
 * @throws `invalid-golden` for an algorithm that is not known
 */
export function strategyOfCase(golden: MicroCase, fileArgs: MicroArgs): CaseStrategy {
  const args = { ...fileArgs, ...golden.args };
  const name = golden.name.toLowerCase();
  const algorithm = golden.algorithm.toLowerCase().replaceAll(/[^a-z]/g, '');
  const lambda = args.lamda ?? 10;
  if (algorithm === 'local') return { strategy: local, hyper: {}, reading: 'local' };
  if (algorithm === 'fedproto') {
    const prototypeSource = sourceOf(golden, name) ?? 'during-training';
    return {
      strategy: fedProto,
      hyper: { lambda, prototypeSource },
      reading: `fedproto, prototypes ${prototypeSource}`,
    };
  }
  if (algorithm !== 'protonorm') {
    throw new ProtoNormError(
      'invalid-golden',
      `The case '${golden.name}' is of the algorithm '${golden.algorithm}'.`,
      {
        received: golden.algorithm,
        expected: ['ProtoNorm', 'FedProto', 'Local'],
        hint: 'Known are ProtoNorm, FedProto and Local.',
      },
    );
  }
  const prototypeSource = sourceOf(golden, name) ?? 'before-training';
  const paOnly = /(^|[^a-z])pa([^a-z]?)only|no[^a-z]?pu/.test(name);
  const puOnly = /(^|[^a-z])pu([^a-z]?)only|no[^a-z]?pa/.test(name);
  const pa = typeof args.pa === 'boolean' ? args.pa : !puOnly;
  const pu = args.pu ?? !paOnly;
  const given = typeof args.pa === 'object' ? args.pa : {};
  return {
    strategy: protoNormReference,
    hyper: {
      lambda,
      pa,
      pu,
      scale: args.csf ?? 80,
      iterations: given.iters ?? 500,
      learningRate: given.lr ?? 0.1,
      momentum: given.momentum ?? 0.9,
      earlyStop: given.early_stop ?? 10,
      prototypeSource,
    },
    reading: `protonorm, prototypes ${prototypeSource}${pa ? '' : ', no alignment'}${pu ? `, scale ${args.csf ?? 80}` : ', no upscaling'}`,
  };
}

function sourceOf(golden: MicroCase, name: string): string | undefined {
  const told = [golden.prototype_source, ...(golden.quirks ?? [])]
    .filter((word) => word !== undefined)
    .join(' ')
    .toLowerCase();
  for (const words of [told, name]) {
    if (/fresh|after/.test(words)) return 'after-training';
    if (/during/.test(words)) return 'during-training';
    if (/official|stale|before|previous|one-round-old/.test(words))
      return golden.algorithm.toLowerCase() === 'fedproto' ? undefined : 'before-training';
  }
  return undefined;
}
