import type { AnyStrategy } from '@protonorm/strategy';
import { nearestName, ProtoNormError } from '@protonorm/tensor';
import { fedAvg } from './fedavg.ts';
import { fedProto } from './fedproto.ts';
import { fedProx } from './fedprox.ts';
import { local } from './local.ts';
import { protoNorm, protoNormReference } from './protonorm/protonorm.ts';

/** All built-in strategies by id. */
export const strategies: Readonly<Record<string, AnyStrategy>> = Object.fromEntries(
  [local, fedAvg, fedProx, fedProto, protoNorm, protoNormReference].map((strategy: AnyStrategy) => [
    strategy.id,
    strategy,
  ]),
);

/**
 * A built-in strategy by its id.
 *
 * @throws `unknown-strategy`; the message lists the known ones
 */
export function strategyById(id: string): AnyStrategy {
  if (Object.hasOwn(strategies, id)) return strategies[id];
  const near = nearestName(id, Object.keys(strategies));
  throw new ProtoNormError('unknown-strategy', `Unknown strategy '${id}'.`, {
    received: id,
    expected: Object.keys(strategies),
    hint: `${near === undefined ? '' : `Did you mean '${near}'? `}Known are ${Object.keys(strategies).join(', ')}; a strategy of your own is given as the path of its module.`,
  });
}
