import { evaluateTerm } from '../../loss/evaluate-term.ts';
import type { CustomTerm, LossTerm, TermInputs } from '../../loss/loss-term.ts';
import { trainStep } from '../../learner/train-step.ts';
import { createRng } from '../../random/rng.ts';
import type { Prototypes } from '../../prototypes/prototypes.ts';
import { finiteDifferences } from '../oracle/finite-differences.ts';
import { oracleTerm, type OracleTermInputs } from '../oracle/oracle-term.ts';
import type { BackendCheck, CheckContext } from './check.ts';
import { expectCode, expectSame, expectThat } from './expectations.ts';
import { drawCase, learnerOf, normals, oracleOf, type ModelCase } from './model-case.ts';
import { smallMlp } from './small-nets.ts';

const BATCH = 4;
const rng = () => createRng('loss');

/** Rows for the classes 0 and 2 only, so that class 1 is missing. */
function table(dim: number): Prototypes {
  return {
    dim,
    classes: Int32Array.of(0, 2),
    counts: Float64Array.of(3, 4),
    vectors: normals(2 * dim, rng().split('table', dim)),
  };
}

/** Mean over the batch of |z|^2 o_y / 2: a term that an author could write. */
const custom: CustomTerm = {
  kind: 'custom',
  name: 'energy times logit',
  evaluate({ features, logits, labels, batchSize, dim, classes }: TermInputs) {
    const byFeatures = new Float32Array(features.length);
    const byLogits = new Float32Array(logits.length);
    let value = 0;
    for (let i = 0; i < batchSize; i++) {
      const z = features.subarray(i * dim, (i + 1) * dim);
      const energy = z.reduce((sum, x) => sum + x * x, 0) / 2;
      const at = i * classes + labels[i];
      value += (energy * logits[at]) / batchSize;
      byLogits[at] = energy / batchSize;
      for (let j = 0; j < dim; j++) byFeatures[i * dim + j] = (z[j] * logits[at]) / batchSize;
    }
    return { value, features: byFeatures, logits: byLogits };
  },
};

function customInFloat64({ features, logits, labels }: OracleTermInputs): number {
  const [dim, classes] = [features.length / BATCH, logits.length / BATCH];
  return labels.reduce((sum, label, i) => {
    const energy = features.slice(i * dim, (i + 1) * dim).reduce((e, x) => e + (x * x) / 2, 0);
    return sum + (energy * logits[i * classes + label]) / BATCH;
  }, 0);
}

const { features: dim, classes } = smallMlp;
const terms: readonly LossTerm[] = [
  { kind: 'crossEntropy' },
  { kind: 'pull', prototypes: table(dim), scale: 3 },
  { kind: 'logitPull', prototypes: table(classes) },
  { kind: 'distill', prototypes: table(classes) },
  { kind: 'mutual', targets: normals(BATCH * classes, rng().split('targets')) },
  { kind: 'contrastive', prototypes: table(dim), temperature: 0.4 },
  custom,
];

/** Each loss term, from the batch to the gradient of the parameters, against finite differences of a second version. */
export function lossChecks(): BackendCheck[] {
  return [
    ...terms.map((term) => ({
      name: `loss/${term.kind}`,
      run: async ({ backend, expectClose }: CheckContext) => {
        const { drawn, labels, value, gradient } = lossCase([{ term, weight: 1 }]);
        using learner = await learnerOf(backend, drawn);
        using pass = await learner.forward(drawn.inputs, { mode: 'train', gradient: true });
        const { features, logits } = pass;
        const result = evaluateTerm(term, { features, logits, labels, batchSize: pass.size, dim, classes });
        expectClose([result.value], [value], `the value of ${term.kind}`);
        await pass.backward({ features: result.features, logits: result.logits });
        expectClose(await learner.gradients(), gradient, `the gradient of ${term.kind}`);
      },
    })),
    {
      name: 'loss/weighted sum of all terms by trainStep',
      run: async ({ backend, expectClose }) => {
        const weighted = terms.map((term, i) => ({ term, weight: 0.3 + 0.2 * i }));
        const { drawn, labels, value, gradient } = lossCase(weighted);
        using learner = await learnerOf(backend, drawn);
        const report = await trainStep(
          learner,
          { inputs: drawn.inputs, labels },
          {
            terms: weighted.map(({ term, weight }) => ({ ...term, weight })),
            optimiser: { kind: 'sgd', learningRate: 0.5 },
          },
        );
        expectClose([report.loss], [value], 'the loss');
        const expected = gradient.map((g, i) => drawn.parameters[i] - 0.5 * g);
        expectClose(await learner.read('all'), expected, 'the parameters behind a step against the gradient');
      },
    },
    {
      name: 'loss/a loss that is not finite moves nothing',
      run: async ({ backend }) => {
        const { drawn, labels } = lossCase([]);
        using learner = await learnerOf(backend, drawn);
        const infinite: CustomTerm = {
          kind: 'custom',
          name: 'infinite',
          evaluate: () => ({ value: Infinity }),
        };
        const step = { terms: [infinite], optimiser: { kind: 'sgd', learningRate: 1 } } as const;
        await expectCode(
          () => trainStep(learner, { inputs: drawn.inputs, labels }, step),
          'diverged',
          'an infinite loss',
        );
        expectSame(await learner.read('all'), drawn.parameters, 'the parameters behind an infinite loss');
        expectThat(
          (await learner.gradients()).every((g) => g === 0),
          'gradients were gathered from an infinite loss',
        );
      },
    },
  ];
}

/** The loss of the small mlp on a fixed batch: its value and gradient by the parameters, in float64. */
function lossCase(weighted: readonly { readonly term: LossTerm; readonly weight: number }[]): {
  readonly drawn: ModelCase;
  readonly labels: Int32Array;
  readonly value: number;
  readonly gradient: Float64Array;
} {
  const drawn = drawCase(smallMlp, { rng: rng(), batch: BATCH, mode: 'train' });
  const labels = Int32Array.of(0, 1, 2, 2);
  const ownLogits = oracleOf(drawn, { mode: 'train' }).logits;
  const loss = (parameters: ArrayLike<number>): number => {
    const { features, logits } = oracleOf(drawn, { mode: 'train', parameters });
    const inputs = { features, logits, labels, ownLogits };
    return weighted.reduce(
      (sum, { term, weight }) =>
        sum + weight * (term.kind === 'custom' ? customInFloat64(inputs) : oracleTerm(term, inputs)),
      0,
    );
  };
  return {
    drawn,
    labels,
    value: loss(drawn.parameters),
    gradient: finiteDifferences(loss, drawn.parameters),
  };
}
