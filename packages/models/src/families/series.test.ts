import { chainOutputShape, planModel } from '@protonorm/tensor';
import { describe, expect, it } from 'vitest';
import { createModel } from '../registry/create-model.ts';
import { modelFamilies } from '../registry/model-families.ts';

describe('models of series', () => {
  it.each(modelFamilies.HtSeries)('%s takes 8 steps and more, of any number of channels', (name) => {
    for (const channels of [1, 12]) {
      for (let steps = 8; steps <= 40; steps++) {
        const spec = createModel(name, { input: [steps, 1, channels], classes: 3, features: 64 });
        expect(chainOutputShape(spec.encoder, spec.input)).toEqual([64]);
      }
    }
  });

  it('series-patch has a patch for every 8 steps begun, and only whole ones', () => {
    for (let steps = 8; steps <= 64; steps++) {
      const { encoder, input } = createModel('series-patch', { input: [steps, 1, 2], classes: 3 });
      const [embedding] = encoder;
      expect(chainOutputShape([embedding], input)).toEqual([Math.ceil(steps / 8), 1, 32]);
      const [padding] = (embedding.kind === 'conv2d' && embedding.padding) || [0];
      // All steps lie in patches: what is left over at the end is padding.
      expect(Math.ceil(steps / 8) * 8 - padding >= steps).toBe(true);
    }
  });

  it('differ in depth, parameters and what they share over time', () => {
    const sizes = modelFamilies.HtSeries.map((name) => {
      const short = planModel(createModel(name, { input: [29, 1, 12], classes: 9, features: 128 })).size.all;
      const long = planModel(createModel(name, { input: [58, 1, 12], classes: 9, features: 128 })).size.all;
      return [short, long > short] as const;
    });
    expect(new Set(sizes.map(([short]) => short)).size).toBe(4);
    // Only the mean over time makes the number of parameters independent of the length.
    expect(sizes.map(([, grows]) => grows)).toEqual([true, true, false, true]);
  });
});
