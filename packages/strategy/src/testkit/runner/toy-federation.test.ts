import { createOracleBackend } from '@protonorm/tensor/testkit';
import { planModel, type DataSlice } from '@protonorm/tensor';
import { describe, expect, it } from 'vitest';
import { CLASSES, HOLDERS_OF_CLASS_3, toyFederation } from './toy-federation.ts';

const labelsOf = (slice: DataSlice): number[] => [...slice.indices].map((row) => slice.dataset.labels[row]);

describe('toyFederation', () => {
  it('gives five clients two of four classes each, to train and to test on, and no sample twice', () => {
    const { clients } = toyFederation({});
    const seen = clients.flatMap(({ train, test }) => [...train.indices, ...test.indices]);
    expect(new Set(seen).size).toBe(seen.length);
    for (const { train, test } of clients) {
      expect(new Set(labelsOf(train)).size).toBe(2);
      expect(new Set(labelsOf(test))).toEqual(new Set(labelsOf(train)));
    }
    const holders = clients.filter(({ train }) => labelsOf(train).includes(CLASSES - 1));
    expect(holders.map(({ id }) => id)).toEqual(HOLDERS_OF_CLASS_3);
  });

  it('gives models as the capabilities ask', () => {
    const names = (capabilities: object): Set<string> =>
      new Set(toyFederation(capabilities).clients.map(({ spec }) => spec.name));
    expect(names({ sameModel: true }).size).toBe(1);
    expect(names({}).size).toBe(2);
    expect(toyFederation({ sameModel: true }).federation.commonModel).toBeDefined();
    const heads = (capabilities: object): Set<number> =>
      new Set(toyFederation(capabilities).clients.map(({ spec }) => planModel(spec).size.head));
    expect(heads({}).size).toBe(1);
    expect(toyFederation({}).federation.commonHead?.parameters).toHaveLength([...heads({})][0]);
    expect(heads({ headsMayDiffer: true }).size).toBe(2);
    expect(toyFederation({ headsMayDiffer: true }).federation.commonHead).toBeUndefined();
  });

  it('permutes labels and logits with the names of the classes, and nothing else', async () => {
    const relabel = [2, 0, 3, 1];
    const [named, renamed] = [toyFederation({}), toyFederation({}, { relabel })];
    using backend = createOracleBackend();
    for (const [i, { spec, parameters, test }] of named.clients.entries()) {
      const other = renamed.clients[i];
      expect(labelsOf(other.test)).toEqual(labelsOf(test).map((label) => relabel[label]));
      const [{ inputs }] = test.batches({ batchSize: 1 });
      using learner = await backend.createLearner(spec, { parameters });
      using renamedLearner = await backend.createLearner(spec, { parameters: other.parameters });
      using pass = await learner.forward(inputs, { mode: 'eval' });
      using renamedPass = await renamedLearner.forward(inputs, { mode: 'eval' });
      expect(renamedPass.features).toEqual(pass.features);
      relabel.forEach((name, label) => expect(renamedPass.logits[name]).toBe(pass.logits[label]));
    }
  });
});
