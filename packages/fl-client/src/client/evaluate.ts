import type { EvaluationCounts } from '@protonorm/protocol';
import {
  strategyName,
  type AnyStrategy,
  type ClientContext,
  type Evaluator,
  type HyperSchema,
  type MessageSchema,
} from '@protonorm/strategy';
import { ProtoNormError, type DataSlice } from '@protonorm/tensor';

type Context = ClientContext<HyperSchema, MessageSchema, unknown>;

/**
 * Counts the right answers of a client's model on its test samples, by the strategy's rule and by the logits.
 *
 * @returns undefined when there is no test sample
 * @throws `shape-mismatch` when the strategy gives another number of scores than samples times classes
 */
export async function evaluateClient(
  strategy: AnyStrategy,
  context: Context,
  options: { readonly test: DataSlice; readonly batchSize: number },
): Promise<EvaluationCounts | undefined> {
  const { test, batchSize } = options;
  if (test.length === 0) return undefined;
  const { classes } = context.federation;
  const size = (what: string, values: ArrayLike<number>, samples: number): void => {
    if (values.length === samples * classes) return;
    throw new ProtoNormError(
      'shape-mismatch',
      `${strategyName(strategy)} gave ${values.length} ${what} for ${samples} samples and ${classes} classes.`,
      { received: values.length, expected: samples * classes },
    );
  };
  let correct = 0;
  let correctByLogits = 0;
  using evaluator =
    ((await strategy.client.evaluator?.(context)) as Evaluator | undefined) ?? learnerAlone(context);
  for (const batch of test.batches({ batchSize, reuse: true })) {
    context.signal.throwIfAborted();
    const outputs = await evaluator.outputs(batch.inputs);
    size('logits', outputs.logits, batch.size);
    const scores = strategy.client.scores(context, outputs);
    if (scores !== null) {
      size('scores', scores, batch.size);
      correct += countCorrect(scores, batch.labels, classes);
    }
    correctByLogits += countCorrect(outputs.logits, batch.labels, classes);
  }
  return { samples: test.length, correct, correctByLogits };
}

function learnerAlone({ learner }: Context): Evaluator {
  return {
    async outputs(inputs) {
      using pass = await learner.forward(inputs, { mode: 'eval' });
      const { size, features, logits } = pass;
      return { size, features, logits };
    },
    [Symbol.dispose]() {},
  };
}

/** Rows whose largest score is at the label; the lowest class wins a tie, NaN never wins. */
function countCorrect(scores: ArrayLike<number>, labels: Int32Array, classes: number): number {
  let correct = 0;
  for (let i = 0; i < labels.length; i++) {
    let winner = -1;
    let largest = -Infinity;
    for (let k = 0; k < classes; k++) {
      if (scores[i * classes + k] > largest) {
        largest = scores[i * classes + k];
        winner = k;
      }
    }
    if (winner === labels[i]) correct++;
  }
  return correct;
}
