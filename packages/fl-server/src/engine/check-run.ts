import { strategyName, type AnyStrategy, type FederationInfo } from '@protonorm/strategy';
import { ProtoNormError } from '@protonorm/tensor';

/** Settings of a run, all given. */
export interface RunSettings {
  readonly federation: FederationInfo;
  readonly participation: number;
  readonly quorum: number;
  readonly deadlineMs: number;
}

/** The longest time that timers can wait. */
const LONGEST_MS = 2 ** 31 - 1;

/** @throws `invalid-argument` for a setting outside of its range */
export function checkSettings({ federation, participation, quorum, deadlineMs }: RunSettings): void {
  const check = (name: string, value: number, { holds, expected }: { holds: boolean; expected: string }) => {
    if (holds) return;
    throw new ProtoNormError('invalid-argument', `${name} must be ${expected}, received ${value}.`, {
      received: value,
      expected,
    });
  };
  check('participation', participation, {
    holds: participation > 0 && participation <= 1,
    expected: 'in (0, 1]',
  });
  check('quorum', quorum, { holds: Number.isInteger(quorum) && quorum >= 0, expected: 'an integer >= 0' });
  check('deadlineMs', deadlineMs, {
    holds: deadlineMs > 0 && (deadlineMs <= LONGEST_MS || deadlineMs === Infinity),
    expected: `in (0, ${LONGEST_MS}], or Infinity`,
  });
  const { rounds } = federation;
  check('federation.rounds', rounds, {
    holds: Number.isSafeInteger(rounds) && rounds >= 0,
    expected: 'an integer >= 0',
  });
}

/** @throws `invalid-strategy` when a strategy's needs are not met by the run */
export function checkCapabilities(
  strategy: AnyStrategy,
  { federation, participation }: Pick<RunSettings, 'federation' | 'participation'>,
): void {
  const { sameModel, needsAllClients, helperModel, headsMayDiffer } = strategy.capabilities;
  const { commonModel, commonHead } = federation;
  const unmet = (needs: string, received: unknown, hint: string): never => {
    throw new ProtoNormError('invalid-strategy', `${strategyName(strategy)} needs ${needs}.`, {
      received,
      hint,
    });
  };
  if (sameModel && commonModel === undefined) {
    unmet(
      'one model for all clients, because it averages parameters',
      'different models',
      'Give one model, or take a strategy for different models such as fedproto or protonorm.',
    );
  }
  if (!headsMayDiffer && commonHead === undefined && commonModel === undefined) {
    unmet(
      'the same head at all clients',
      'different heads',
      "Give models with equal heads, or state 'headsMayDiffer' where the strategy never looks at a head's parameters.",
    );
  }
  if (helperModel && federation.helperModel === undefined) {
    unmet(
      'a helper model',
      'no helper model',
      'Name a small model that is trained beside those of the clients.',
    );
  }
  if (needsAllClients && participation < 1) {
    unmet('all clients in each round', participation, 'Set participation to 1.');
  }
}
