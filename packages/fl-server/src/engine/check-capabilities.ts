import { strategyName, type AnyStrategy, type FederationInfo } from '@protonorm/strategy';
import { ProtoNormError } from '@protonorm/tensor';

/** @throws `invalid-strategy` when a strategy's needs are not met by the run */
export function checkCapabilities(
  strategy: AnyStrategy,
  run: { readonly federation: FederationInfo; readonly participation: number },
): void {
  const { sameModel = false, needsAllClients = false } = strategy.capabilities;
  if (sameModel && run.federation.commonModel === undefined) {
    throw new ProtoNormError(
      'invalid-strategy',
      `${strategyName(strategy)} averages parameters and needs one model for all clients.`,
      {
        received: 'different models',
        hint: 'Give one model, or take a strategy for different models such as fedproto or protonorm.',
      },
    );
  }
  if (needsAllClients && run.participation < 1) {
    throw new ProtoNormError(
      'invalid-strategy',
      `${strategyName(strategy)} needs all clients in each round.`,
      {
        received: run.participation,
        hint: 'Set participation to 1.',
      },
    );
  }
}
