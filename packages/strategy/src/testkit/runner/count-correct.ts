import type { DataSlice, StateTree } from '@protonorm/tensor';
import type { HyperSchema } from '../../hyper/hyperparameter.ts';
import type { MessageSchema } from '../../schema/field.ts';
import type { AnyStrategy, ClientContext, Evaluator } from '../../strategy/strategy.ts';

/** Right answers of one client's model on its test samples. */
export interface PlainEvaluation {
  readonly samples: number;
  /** By the strategy's rule; null = it could not predict yet. */
  readonly correct: number | null;
  readonly correctByLogits: number;
}

/** Evaluates a client's model on all its test samples at once. */
export async function countCorrect(
  strategy: AnyStrategy,
  context: ClientContext<HyperSchema, MessageSchema, StateTree>,
  test: DataSlice,
): Promise<PlainEvaluation> {
  let counts: PlainEvaluation = { samples: 0, correct: null, correctByLogits: 0 };
  if (test.length === 0) return counts;
  const { classes } = context.federation;
  using evaluator =
    ((await strategy.client.evaluator?.(context)) as Evaluator | undefined) ?? learnerAlone(context);
  for (const { inputs, labels, size } of test.batches({ batchSize: test.length })) {
    const outputs = await evaluator.outputs(inputs);
    const scores = strategy.client.scores(context, outputs);
    counts = {
      samples: size,
      correct: scores && winners(scores, size, classes).filter((winner, i) => winner === labels[i]).length,
      correctByLogits: winners(outputs.logits, size, classes).filter((winner, i) => winner === labels[i])
        .length,
    };
  }
  return counts;
}

/** The class with the largest score in each row; the lowest at a tie, -1 where no score is a number. */
function winners(scores: ArrayLike<number>, size: number, classes: number): number[] {
  return Array.from({ length: size }, (_, row) => {
    let winner = -1;
    let largest = -Infinity;
    for (let label = 0; label < classes; label++) {
      const score = scores[row * classes + label];
      if (score > largest) [winner, largest] = [label, score];
    }
    return winner;
  });
}

function learnerAlone({
  learner,
}: Pick<ClientContext<HyperSchema, MessageSchema, StateTree>, 'learner'>): Evaluator {
  return {
    async outputs(inputs) {
      using pass = await learner.forward(inputs, { mode: 'eval' });
      const { size, features, logits } = pass;
      return { size, features, logits };
    },
    [Symbol.dispose]() {},
  };
}
