import { ProtoNormError } from '../../errors/protonorm-error.ts';
import type { Backend } from '../../learner/backend.ts';
import { checkPartValues } from '../../learner/check-arguments.ts';
import { freshBuffers } from '../../learner/fresh-buffers.ts';
import { planModel } from '../../model/model-plan.ts';
import { Ledger } from './ledger.ts';
import type { OracleLayers } from './oracle-layers.ts';
import { OracleLearner } from './oracle-learner.ts';

/**
 * A complete backend of plain loops in float64: slow, without dependencies, and right. For tests of strategies, and to
 * compare other backends with.
 *
 * @param options - `layers` replaces implementations of layers, for tests that must see a wrong one caught
 * @example
 * ```ts
 * import { createOracleBackend } from '@protonorm/tensor/testkit';
 * const spec = {
 *   name: 'identity',
 *   input: [2],
 *   features: 2,
 *   classes: 2,
 *   encoder: [],
 *   head: [{ kind: 'dense', name: 'head', inputs: 2, outputs: 2, bias: false }],
 * } as const;
 * using backend = createOracleBackend();
 * using learner = await backend.createLearner(spec, { parameters: Float32Array.of(1, 0, 0, 1) });
 * const pass = await learner.forward(Float32Array.of(3, 4), { mode: 'eval' });
 * [...pass.logits]; // => [3, 4]
 * ```
 */
export function createOracleBackend({
  layers = {},
}: { readonly layers?: Partial<OracleLayers> } = {}): Backend {
  const ledger = new Ledger();
  const learners = new Set<OracleLearner>();
  let disposed = false;
  return {
    name: 'oracle',
    description: 'plain float64 loops in JavaScript',
    createLearner(spec, initial) {
      if (disposed) throw new ProtoNormError('disposed', 'The backend was used after it had been disposed.');
      const plan = planModel(spec);
      const { parameters, buffers = freshBuffers(plan) } = initial;
      checkPartValues(plan, 'all', parameters);
      checkPartValues(plan, 'buffers', buffers);
      const learner = new OracleLearner(plan, {
        parameters,
        buffers,
        layers,
        ledger,
        onDispose: () => learners.delete(learner),
      });
      learners.add(learner);
      return learner;
    },
    memory: () => ledger.memory(),
    [Symbol.dispose]() {
      disposed = true;
      for (const learner of learners) learner[Symbol.dispose]();
    },
  };
}
