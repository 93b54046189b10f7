import { ProtoNormError, type StateTree } from '@protonorm/tensor';
import type { HyperSchema } from '../hyper/hyperparameter.ts';
import { resolveHyper } from '../hyper/hyperparameter.ts';
import { checkSchema } from '../schema/check-schema.ts';
import type { MessageSchema } from '../schema/field.ts';
import type { AnyStrategy, Capabilities, Strategy } from './strategy.ts';

const CAPABILITIES: ReadonlySet<string> = new Set(
  Object.keys({
    sameModel: true,
    helperModel: true,
    needsAllClients: true,
    asyncSafe: true,
    headsMayDiffer: true,
  } satisfies Required<Capabilities>),
);

/**
 * Checks a strategy definition and returns it, with the types of its messages inferred from their schemas.
 *
 * @throws `invalid-strategy` for a malformed id, version or field; `invalid-hyper` for a default out of its own range
 */
export function defineStrategy<
  const H extends HyperSchema,
  const D extends MessageSchema,
  const U extends MessageSchema,
  CS extends StateTree,
  SS extends StateTree,
  Reduced,
>(strategy: Strategy<H, D, U, CS, SS, Reduced>): Strategy<H, D, U, CS, SS, Reduced> {
  checkStrategy(strategy as unknown);
  return strategy;
}

/**
 * Checks that a value of unknown origin (a user's module) is a strategy.
 *
 * @throws `invalid-strategy`, `invalid-hyper`
 */
export function checkStrategy(value: unknown): asserts value is AnyStrategy {
  const fail = (problem: string, received: unknown): never => {
    throw new ProtoNormError('invalid-strategy', `A strategy ${problem}.`, {
      received,
      hint: 'Make it with defineStrategy.',
    });
  };
  if (typeof value !== 'object' || value === null) fail('must be an object', value);
  const strategy = value as Record<string, unknown>;
  if (typeof strategy.id !== 'string' || !/^[a-z][a-z0-9-]*$/.test(strategy.id)) {
    fail(
      `needs an id of lower-case letters, digits and '-', received ${JSON.stringify(strategy.id)}`,
      strategy.id,
    );
  }
  if (!(Number.isInteger(strategy.version) && (strategy.version as number) >= 1)) {
    fail(
      `needs a version that is an integer >= 1, received ${JSON.stringify(strategy.version)}`,
      strategy.version,
    );
  }
  if (typeof strategy.summary !== 'string' || strategy.summary.trim() === '') {
    fail('needs a summary: one sentence for lists and docs', strategy.summary);
  }
  for (const key of ['hyper', 'down', 'up', 'capabilities', 'client', 'server']) {
    if (typeof strategy[key] !== 'object' || strategy[key] === null) fail(`needs '${key}'`, strategy[key]);
  }
  checkSchema(strategy.down, 'down');
  checkSchema(strategy.up, 'up');
  for (const [name, claim] of Object.entries(strategy.capabilities as object)) {
    if (!CAPABILITIES.has(name) || typeof claim !== 'boolean') {
      fail(
        `has the capability '${name}: ${String(claim)}'; known are ${[...CAPABILITIES].join(', ')}, each true or false`,
        claim,
      );
    }
  }
  const { client, server } = strategy as unknown as AnyStrategy;
  for (const [name, part] of [
    ['client.init', client.init],
    ['client.round', client.round],
    ['client.scores', client.scores],
    ['server.init', server.init],
    ['server.finish', server.finish],
  ] as const) {
    if (typeof part !== 'function') fail(`needs the function '${name}'`, part);
  }
  for (const [name, part] of [
    ['axes', strategy.axes],
    ['client.receive', client.receive],
    ['client.evaluator', client.evaluator],
  ] as const) {
    if (part !== undefined && typeof part !== 'function') fail(`has '${name}' that is no function`, part);
  }
  if (
    typeof server.reduce !== 'function' &&
    typeof (server.reduce as { start?: unknown } | undefined)?.start !== 'function'
  ) {
    fail("needs a reducer 'server.reduce'", server.reduce);
  }
  resolveHyper(strategy.hyper as HyperSchema);
}

/** `id@version`, as in handshakes and manifests. */
export function strategyName(strategy: Pick<AnyStrategy, 'id' | 'version'>): string {
  return `${strategy.id}@${strategy.version}`;
}
