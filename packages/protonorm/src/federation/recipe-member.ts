import { createFederationClient, type FederationMember, type Welcome } from '@protonorm/fl-client';
import { describeFederation, loadBackend } from '@protonorm/simulation';
import { createRng, ProtoNormError, sliceDataset, type Backend, type StateTree } from '@protonorm/tensor';
import { chooseBackend } from '../backend/choose-backend.ts';
import { loadRunData } from '../run/load-data.ts';
import { planRun } from '../run/run-plan.ts';
import { initialModels } from '../run/seed-plan.ts';
import { expectSamePlan, readFederationSettings } from './federation-settings.ts';

/** What a device keeps of its client. */
type MemberState = {
  readonly parameters: Float32Array;
  readonly buffers: Float32Array;
  readonly strategy: StateTree;
};

/** A client of a recipe on this device. */
export interface RecipeMember extends FederationMember, Disposable {
  /** For people: model, samples, backend. */
  readonly description: string;
}

/**
 * Makes the client that a server's recipe says: loads the data, takes its part of them, builds its model.
 *
 * @param options.backend - name of a backend; left out = that of the recipe
 * @throws `invalid-run` where data, partition or strategy differ from the server's, `protocol-mismatch`, `data-not-found`, ...
 */
export async function openRecipeMember(
  welcome: Welcome,
  options: { readonly backend: string | undefined; readonly signal: AbortSignal },
): Promise<RecipeMember> {
  const { signal } = options;
  const settings = readFederationSettings(welcome.settings);
  const { recipe, entry, seed } = settings;
  const data = await loadRunData(recipe, { seed, signal });
  const plan = await planRun(recipe, entry, { seed, data });
  await expectSamePlan(plan, settings, welcome.strategy);
  const index = plan.clients.findIndex(({ id }) => id === welcome.clientId);
  if (index < 0)
    throw new ProtoNormError('invalid-run', `The recipe has no client '${welcome.clientId}'.`, {
      received: welcome.clientId,
      expected: plan.clients.map(({ id }) => id),
    });
  const client = plan.clients[index];
  const initial = initialModels(recipe.initial, seed);
  const federation = describeFederation({
    dataset: data.dataset,
    clients: plan.clients,
    rounds: recipe.rounds,
    initial,
  });
  const { reference, description } = await chooseBackend(options.backend ?? recipe.backend ?? 'auto', {
    signal,
  });
  const backend: Backend = await loadBackend(reference);
  const learner = await backend.createLearner(client.model, initial({ index, model: client.model }));
  const open = (state: StateTree | undefined) =>
    createFederationClient({
      id: client.id,
      strategy: plan.resolved.strategy,
      hyper: plan.entry.hyper,
      federation,
      learner,
      createLearner: (model, first) => backend.createLearner(model, first),
      train: sliceDataset(data.dataset, client.train),
      test: sliceDataset(data.dataset, client.test),
      local: recipe.local,
      rng: createRng(seed),
      ...(recipe.prototypes && { prototypeEncoding: recipe.prototypes }),
      ...(state !== undefined && { state }),
    });
  let current = open(undefined);
  return {
    description: `${client.id}: ${client.model.name} on ${client.train.length} samples of ${data.dataset.name}; ${description}`,
    handle: (task, given) => current.handle(task, given),
    async save() {
      const state: MemberState = {
        parameters: await learner.read('all'),
        buffers: await learner.read('buffers'),
        strategy: current.state(),
      };
      return state;
    },
    async restore(state) {
      const { parameters, buffers, strategy } = state as MemberState;
      await learner.write('all', parameters);
      await learner.write('buffers', buffers);
      current = open(strategy);
    },
    [Symbol.dispose]() {
      learner[Symbol.dispose]();
      backend[Symbol.dispose]();
    },
  };
}
