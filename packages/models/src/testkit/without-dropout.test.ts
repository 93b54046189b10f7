import type { LayerSpec, ModelSpec } from '@protonorm/tensor';
import { expect, it } from 'vitest';
import { createModel } from '../registry/create-model.ts';
import { withoutDropout } from './without-dropout.ts';

const rates = (spec: ModelSpec): string[] =>
  JSON.stringify(spec)
    .match(/"rate":[^,}]+/g)
    ?.map((found) => found.slice(7)) ?? [];

it('sets the rates of EfficientNet to 0, and changes nothing else', () => {
  const spec = createModel('efficientnet_b0', { input: [32, 32, 3], classes: 10 });
  expect(rates(spec)).toHaveLength(10); // nine residual blocks and the head
  expect(rates(withoutDropout(spec))).toEqual(rates(spec).map(() => '0'));
  const erased = (text: string): string => text.replaceAll(/"rate":[^,}]+/g, '');
  expect(erased(JSON.stringify(withoutDropout(spec)))).toBe(erased(JSON.stringify(spec)));
});

it('reaches into every layer that holds layers', () => {
  const dropout: LayerSpec = { kind: 'dropout', rate: 0.5 };
  const spec: ModelSpec = {
    name: 'nested',
    input: [4],
    features: 4,
    classes: 8,
    encoder: [
      { kind: 'residual', body: [dropout], shortcut: [dropout] },
      { kind: 'gate', body: [dropout] },
    ],
    head: [{ kind: 'concat', branches: [[dropout], [dropout]] }],
  };
  expect(rates(withoutDropout(spec))).toEqual(['0', '0', '0', '0', '0']);
});
