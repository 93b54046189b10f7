import { createRng } from '../../random/rng.ts';
import type { BackendCheck } from './check.ts';
import { expectSame, expectThat } from './expectations.ts';
import { drawCase, learnerOf, normals, oracleOf } from './model-case.ts';
import { smallConvNet, smallMlp } from './small-nets.ts';

/** How passes and gathered gradients live beside each other. */
export function passChecks(): BackendCheck[] {
  return [
    {
      name: 'pass/gradients start at 0 and can be cleared',
      run: async ({ backend }) => {
        const drawn = drawCase(smallMlp, { rng: createRng('clear'), batch: 2, mode: 'train' });
        using learner = await learnerOf(backend, drawn);
        expectThat(
          (await learner.gradients()).every((g) => g === 0),
          'a new learner has gradients',
        );
        using pass = await learner.forward(drawn.inputs, { mode: 'train', gradient: true });
        await pass.backward({ logits: new Float32Array(6).fill(1) });
        expectThat(
          (await learner.gradients()).some((g) => g !== 0),
          'backward gathered nothing',
        );
        learner.clearGradients();
        expectThat(
          (await learner.gradients()).every((g) => g === 0),
          'clearGradients left something',
        );
      },
    },
    {
      name: 'pass/gradients of the parts make up the whole',
      run: async ({ backend }) => {
        const drawn = drawCase(smallMlp, { rng: createRng('parts'), batch: 2, mode: 'train' });
        using learner = await learnerOf(backend, drawn);
        using pass = await learner.forward(drawn.inputs, { mode: 'train', gradient: true });
        await pass.backward({ logits: normals(6, createRng('parts')) });
        const parts = [...(await learner.gradients('encoder')), ...(await learner.gradients('head'))];
        expectSame(parts, await learner.gradients('all'), 'gradients of encoder and head');
      },
    },
    {
      name: 'pass/backward again adds again',
      run: async ({ backend, expectClose }) => {
        const rng = createRng('again');
        const drawn = drawCase(smallConvNet, { rng, batch: 3, mode: 'train' });
        using learner = await learnerOf(backend, drawn);
        using pass = await learner.forward(drawn.inputs, { mode: 'train', gradient: true });
        const gradients = { features: normals(15, rng), logits: normals(9, rng) };
        const first = await pass.backward(gradients, { inputs: true });
        const once = await learner.gradients();
        const second = await pass.backward(gradients, { inputs: true });
        expectClose(
          await learner.gradients(),
          once.map((g) => 2 * g),
          'gradients behind two backwards',
        );
        expectClose(second ?? [], first ?? [], 'the gradient by the inputs of the second backward');
      },
    },
    {
      name: 'pass/two open passes do not disturb each other',
      run: async ({ backend, expectClose }) => {
        const rng = createRng('two');
        const drawn = drawCase(smallConvNet, { rng, batch: 3, mode: 'train' });
        const others = drawCase(smallConvNet, { rng: rng.split('others'), batch: 2, mode: 'train' }).inputs;
        const gradients = { logits: normals(9, rng) };
        const otherGradients = { logits: normals(6, rng) };
        const expected = new Float64Array(drawn.plan.size.all);
        oracleOf(drawn, { mode: 'train' }).backward(gradients, expected);
        oracleOf(drawn, { mode: 'train', inputs: others }).backward(otherGradients, expected);
        using learner = await learnerOf(backend, drawn);
        using pass = await learner.forward(drawn.inputs, { mode: 'train', gradient: true });
        using other = await learner.forward(others, { mode: 'train', gradient: true });
        await pass.backward(gradients);
        await other.backward(otherGradients);
        expectClose(await learner.gradients(), expected, 'gradients of two passes that were open at once');
      },
    },
    {
      name: 'pass/two learners do not disturb each other',
      run: async ({ backend, expectClose }) => {
        const rng = createRng('learners');
        const drawn = drawCase(smallMlp, { rng, batch: 3, mode: 'train' });
        const twin = drawCase(smallMlp, { rng: rng.split('twin'), batch: 3, mode: 'train' });
        const gradients = { logits: normals(9, rng) };
        const expected = new Float64Array(drawn.plan.size.all);
        oracleOf(drawn, { mode: 'train' }).backward(gradients, expected);
        using learner = await learnerOf(backend, drawn);
        using neighbour = await learnerOf(backend, twin);
        using pass = await learner.forward(drawn.inputs, { mode: 'train', gradient: true });
        using theirs = await neighbour.forward(twin.inputs, { mode: 'train', gradient: true });
        await theirs.backward({ logits: normals(9, rng) });
        await pass.backward(gradients);
        await neighbour.step({ optimiser: { kind: 'sgd', learningRate: 1 } });
        expectClose(await learner.gradients(), expected, 'gradients beside another learner');
        expectSame(await learner.read('all'), drawn.parameters, 'parameters beside another learner');
      },
    },
    {
      name: 'pass/outputs stay as they are',
      run: async ({ backend }) => {
        const drawn = drawCase(smallConvNet, { rng: createRng('stay'), batch: 3, mode: 'train' });
        using learner = await learnerOf(backend, drawn);
        const pass = await learner.forward(drawn.inputs, { mode: 'train', gradient: true });
        const [features, logits] = [pass.features.slice(), pass.logits.slice()];
        await pass.backward({ logits: new Float32Array(9).fill(1) });
        await learner.step({ optimiser: { kind: 'sgd', learningRate: 0.1 } });
        pass[Symbol.dispose]();
        using _other = await learner.forward(
          drawn.inputs.map((x) => -x),
          { mode: 'train', gradient: true },
        );
        expectSame(pass.features, features, 'features behind later passes');
        expectSame(pass.logits, logits, 'logits behind later passes');
      },
    },
    {
      name: 'pass/inputs stay as they are',
      run: async ({ backend }) => {
        const rng = createRng('inputs stay');
        const drawn = drawCase(smallConvNet, { rng, batch: 3, mode: 'train' });
        const inputs = drawn.inputs.slice();
        const gradients = { features: normals(15, rng), logits: normals(9, rng) };
        const given = { features: gradients.features.slice(), logits: gradients.logits.slice() };
        using learner = await learnerOf(backend, drawn);
        using pass = await learner.forward(inputs, { mode: 'train', gradient: true });
        await pass.backward(given, { inputs: true });
        expectSame(inputs, drawn.inputs, 'inputs behind a pass');
        expectSame(given.features, gradients.features, 'gradients by the features behind backward');
        expectSame(given.logits, gradients.logits, 'gradients by the logits behind backward');
      },
    },
  ];
}
