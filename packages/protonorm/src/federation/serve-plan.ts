import {
  createAdmission,
  FederationHost,
  runFederation,
  type FederationHostOptions,
  type HostEvent,
} from '@protonorm/fl-server';
import type { FederationStore, RunEvent, RunHistory } from '@protonorm/protocol';
import { createSystemClock } from '@protonorm/protocol';
import { describeFederation, loadBackend } from '@protonorm/simulation';
import { strategyName } from '@protonorm/strategy';
import { createRng, type Backend } from '@protonorm/tensor';
import { chooseBackend } from '../backend/choose-backend.ts';
import type { RunPlan } from '../run/run-plan.ts';
import { initialModels } from '../run/seed-plan.ts';
import { federationSettings } from './federation-settings.ts';

/** How a plan is served. */
export interface ServePlanOptions {
  readonly name: string;
  readonly store: FederationStore;
  readonly token: string | undefined;
  readonly silenceMs: number;
  readonly deadlineMs: number;
  /** Clients that must be there before the first round. */
  readonly minClients: number;
  readonly quorum: number;
  /** Wall clock in milliseconds. */
  readonly now: () => number;
  readonly onHostEvent: (event: HostEvent) => void;
}

/** The host of a plan: devices can come before the first round. */
export async function hostOfPlan(plan: RunPlan, options: ServePlanOptions): Promise<FederationHost> {
  const { name, store, token, silenceMs, now, onHostEvent } = options;
  const devices = await store.loadDevices();
  const enrolled = new Map(
    devices.flatMap(({ clientId, key, status }) =>
      key === null || status !== 'allowed' ? [] : [[key, clientId] as const],
    ),
  );
  const hostOptions: FederationHostOptions = {
    name,
    strategy: strategyName(plan.resolved.strategy),
    rounds: plan.recipe.rounds,
    settings: await federationSettings(plan),
    admission: createAdmission({
      clientIds: plan.clients.map(({ id }) => id),
      ...(token !== undefined && { token }),
      enrolled,
      async onEnrolled(clientId, key) {
        const at = now();
        await store.saveDevice({
          clientId,
          key,
          status: 'allowed',
          role: 'client',
          labels: {},
          enrolledAt: at,
          lastSeenAt: at,
        });
      },
    }),
    replies: store,
    clock: createSystemClock(),
    silenceMs,
    onEvent: onHostEvent,
  };
  const host = new FederationHost(hostOptions);
  // Of a server that was started again: the rounds wait for those who were there.
  for (const clientId of enrolled.values()) host.expect(clientId);
  return host;
}

/**
 * Runs the rounds of a plan with the devices of its host, from the store's snapshot if there is one.
 *
 * @returns the history; events are yielded as they happen
 */
export async function* runPlanOverHost(
  plan: RunPlan,
  host: FederationHost,
  options: ServePlanOptions & { readonly signal: AbortSignal },
): AsyncGenerator<RunEvent, RunHistory, void> {
  const { store, deadlineMs, minClients, quorum, signal } = options;
  const { recipe, seed, data, clients, resolved, entry } = plan;
  const initial = initialModels(recipe.initial, seed);
  let backend: Promise<Backend> | undefined;
  const openBackend = async (): Promise<Backend> =>
    loadBackend((await chooseBackend(recipe.backend ?? 'auto', { signal })).reference);
  try {
    await host.enrolled(minClients, { signal });
    return yield* runFederation({
      strategy: resolved.strategy,
      hyper: entry.hyper,
      federation: describeFederation({ dataset: data.dataset, clients, rounds: recipe.rounds, initial }),
      transport: host,
      store,
      rng: createRng(seed),
      createLearner: async (spec, first) => (await (backend ??= openBackend())).createLearner(spec, first),
      participation: recipe.participation,
      quorum,
      deadlineMs,
      ...(recipe.prototypes && { prototypeEncoding: recipe.prototypes }),
      signal,
    });
  } finally {
    (await backend)?.[Symbol.dispose]();
  }
}
