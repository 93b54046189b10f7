import { planModel } from '@protonorm/tensor';
import { expect, it } from 'vitest';
import { models, tinyClients } from '../simulation/tiny-simulation.test-support.ts';
import { jobCost } from './job-cost.ts';

it('a job costs by its model, its whole batches and its test samples', () => {
  const [small, large] = tinyClients([models.linear, models.cnn], { train: 20 });
  const local = {
    epochs: 2,
    batchSize: 16,
    shuffle: false,
    optimiser: { kind: 'sgd', learningRate: 1 },
  } as const;
  const { multiplyAdds } = planModel(models.linear);
  expect(jobCost(small, { ...local, dropLast: true })).toEqual({
    training: 3 * 2 * 16 * multiplyAdds,
    evaluation: 8 * multiplyAdds,
  });
  expect(jobCost(small, { ...local, dropLast: false }).training).toBe(3 * 2 * 20 * multiplyAdds);
  expect(jobCost(large, { ...local, dropLast: true }).training).toBeGreaterThan(
    10 * jobCost(small, { ...local, dropLast: true }).training,
  );
});
