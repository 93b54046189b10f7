import type { ModelPart } from '../../model/model-plan.ts';
import { createRng } from '../../random/rng.ts';
import { decodeSafetensors, encodeSafetensors } from '../../safetensors/index.ts';
import type { BackendCheck } from './check.ts';
import { expectCode, expectSame, expectThat } from './expectations.ts';
import { drawCase, learnerOf, normals } from './model-case.ts';
import { smallConvNet, smallMlp } from './small-nets.ts';

const parts: readonly ModelPart[] = ['all', 'encoder', 'head', 'buffers'];
/** Shared memory where there is any: pages that are not cross-origin isolated have none. */
const Memory = globalThis.SharedArrayBuffer ?? ArrayBuffer;
const draw = (label: string) => drawCase(smallConvNet, { rng: createRng(label), batch: 3, mode: 'eval' });

/** Numbers in and out of a learner, to the bit. */
export function partChecks(): BackendCheck[] {
  return [
    {
      name: 'parts/read what was given',
      run: async ({ backend }) => {
        const drawn = draw('given');
        using learner = await learnerOf(backend, drawn);
        expectSame(await learner.read('all'), drawn.parameters, "part 'all' of a new learner");
        expectSame(await learner.read('buffers'), drawn.buffers, "part 'buffers' of a new learner");
        const [encoder, head] = [await learner.read('encoder'), await learner.read('head')];
        expectSame([...encoder, ...head], drawn.parameters, 'encoder and head of a new learner');
      },
    },
    {
      name: 'parts/write one and leave the others',
      run: async ({ backend, expectClose }) => {
        const drawn = draw('written');
        for (const part of parts) {
          using learner = await learnerOf(backend, drawn);
          const before = new Map<ModelPart, Float32Array>();
          for (const other of parts) before.set(other, await learner.read(other));
          const values = before.get(part)!.map((x) => Math.abs(x) + 0.25);
          await learner.write(part, values);
          expectSame(await learner.read(part), values, `part '${part}' behind write`);
          const untouched = { all: 'buffers', encoder: 'head', head: 'encoder', buffers: 'all' } as const;
          const other = untouched[part];
          expectSame(
            await learner.read(other),
            before.get(other)!,
            `part '${other}' behind write('${part}')`,
          );
          using pass = await learner.forward(drawn.inputs, { mode: 'eval' });
          using fresh = await backend.createLearner(drawn.plan.spec, {
            parameters: await learner.read('all'),
            buffers: await learner.read('buffers'),
          });
          using expected = await fresh.forward(drawn.inputs, { mode: 'eval' });
          expectClose(pass.logits, expected.logits, `logits behind write('${part}')`);
        }
      },
    },
    {
      name: 'parts/copies in and out',
      run: async ({ backend }) => {
        const drawn = draw('copies');
        const parameters = drawn.parameters.slice();
        const buffers = drawn.buffers.slice();
        using learner = await backend.createLearner(drawn.plan.spec, { parameters, buffers });
        parameters.fill(7);
        buffers.fill(7);
        expectSame(await learner.read('all'), drawn.parameters, 'parameters whose source was changed later');
        expectSame(await learner.read('buffers'), drawn.buffers, 'buffers whose source was changed later');
        for (const part of parts) {
          const values = await learner.read(part);
          const kept = values.slice();
          values.fill(7);
          expectSame(await learner.read(part), kept, `part '${part}' behind a change of what was read`);
          const source = kept.slice();
          await learner.write(part, source);
          source.fill(7);
          expectSame(await learner.read(part), kept, `part '${part}' behind a change of what was written`);
        }
        const snapshot = await learner.read('all');
        using pass = await learner.forward(drawn.inputs, { mode: 'train', gradient: true });
        await pass.backward({ logits: normals(9, createRng(1)) });
        const gathered = await learner.gradients();
        const gradients = gathered.slice();
        gathered.fill(7);
        expectSame(await learner.gradients(), gradients, 'gradients behind a change of what was read');
        await learner.step({ optimiser: { kind: 'sgd', learningRate: 0.1 } });
        expectSame(snapshot, drawn.parameters, 'what was read, behind a step');
      },
    },
    {
      name: 'parts/reads into an array of the caller',
      run: async ({ backend }) => {
        const drawn = draw('into');
        using learner = await learnerOf(backend, drawn);
        for (const part of parts) {
          const values = await learner.read(part);
          const around = new Float32Array(new Memory(4 * (values.length + 2))).fill(7);
          const into = around.subarray(1, values.length + 1);
          expectThat((await learner.read(part, into)) === into, `part '${part}' came in another array`);
          expectSame(around, [7, ...values, 7], `part '${part}' in an array of the caller, 7 around it`);
          for (const length of [0, values.length - 1, values.length + 1]) {
            const other = new Float32Array(length).fill(7);
            await expectCode(
              () => learner.read(part, other),
              'shape-mismatch',
              `reading '${part}' of ${values.length} numbers into ${length}`,
            );
            expectSame(other, Array<number>(length).fill(7), `the refused array of ${length} numbers`);
          }
        }
      },
    },
    {
      name: 'parts/through safetensors to another learner',
      run: async ({ backend }) => {
        const drawn = draw('saved');
        using learner = await learnerOf(backend, drawn);
        const [all, buffers] = [await learner.read('all'), await learner.read('buffers')];
        const bytes = encodeSafetensors(
          Object.fromEntries(
            [...drawn.plan.parameters, ...drawn.plan.buffers].map(({ name, shape, offset, size, role }) => {
              const vector = role.startsWith('running') ? buffers : all;
              return [name, { dtype: 'F32' as const, shape, data: vector.slice(offset, offset + size) }];
            }),
          ),
        );
        const { tensors } = decodeSafetensors(bytes);
        const gather = (arrays: readonly { readonly name: string }[]): Float32Array =>
          Float32Array.from(arrays.flatMap(({ name }) => [...(tensors[name].data as Float32Array)]));
        using twin = await backend.createLearner(drawn.plan.spec, { parameters: all.map(() => 0) });
        await twin.write('all', gather(drawn.plan.parameters));
        await twin.write('buffers', gather(drawn.plan.buffers));
        for (const part of parts)
          expectSame(await twin.read(part), await learner.read(part), `part '${part}'`);
        using pass = await learner.forward(drawn.inputs, { mode: 'eval' });
        using same = await twin.forward(drawn.inputs, { mode: 'eval' });
        expectSame(same.logits, pass.logits, 'logits of the loaded learner');
      },
    },
    {
      name: 'parts/writing parameters keeps the momentum',
      run: async ({ backend, expectClose }) => {
        const drawn = drawCase(smallMlp, { rng: createRng('momentum'), batch: 2, mode: 'train' });
        using learner = await learnerOf(backend, drawn);
        const optimiser = { kind: 'sgd', learningRate: 1, momentum: 0.5 } as const;
        using pass = await learner.forward(drawn.inputs, { mode: 'train', gradient: true });
        await pass.backward({ logits: normals(6, createRng(1)) });
        const gradient = await learner.gradients();
        await learner.step({ optimiser });
        await learner.write('all', drawn.parameters);
        await learner.step({ optimiser });
        const expected = drawn.parameters.map((w, i) => w - 0.5 * gradient[i]);
        expectClose(await learner.read('all'), expected, 'parameters moved by momentum alone');
      },
    },
    {
      name: 'parts/a refused write changes nothing',
      run: async ({ backend }) => {
        const drawn = draw('refused');
        using learner = await learnerOf(backend, drawn);
        for (const part of parts) {
          const before = await learner.read(part);
          for (const bad of [NaN, Infinity, -Infinity]) {
            const values = before.map((x, i) => (i === before.length - 1 ? bad : x + 1));
            await expectCode(() => learner.write(part, values), 'not-finite', `writing ${bad} to '${part}'`);
          }
          for (const length of [0, before.length - 1, before.length + 1]) {
            await expectCode(
              () => learner.write(part, new Float32Array(length)),
              'shape-mismatch',
              `writing ${length} numbers to '${part}' of ${before.length}`,
            );
          }
          expectSame(await learner.read(part), before, `part '${part}' behind refused writes`);
        }
      },
    },
  ];
}
