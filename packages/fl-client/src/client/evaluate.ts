import type { EvaluationCounts } from '@protonorm/protocol';
import type { AnyStrategy, ClientContext, HyperSchema, MessageSchema } from '@protonorm/strategy';
import type { DataSlice } from '@protonorm/tensor';

/**
 * Counts the right answers of a client's model on its test samples, by the strategy's rule and by the logits.
 *
 * @returns undefined when there is no test sample
 */
export async function evaluateClient(
  strategy: AnyStrategy,
  context: ClientContext<HyperSchema, MessageSchema, unknown>,
  options: { readonly test: DataSlice; readonly batchSize: number },
): Promise<EvaluationCounts | undefined> {
  const { test, batchSize } = options;
  if (test.length === 0) return undefined;
  const { classes } = context.federation;
  let correct = 0;
  let correctByLogits = 0;
  for (const batch of test.batches({ batchSize })) {
    context.signal.throwIfAborted();
    using pass = await context.learner.forward(batch.inputs, { mode: 'eval' });
    const scores = strategy.client.scores(context, {
      size: pass.size,
      features: pass.features,
      logits: pass.logits,
    });
    if (scores !== null) correct += countCorrect(scores, batch.labels, classes);
    correctByLogits += countCorrect(pass.logits, batch.labels, classes);
  }
  return { samples: test.length, correct, correctByLogits };
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
