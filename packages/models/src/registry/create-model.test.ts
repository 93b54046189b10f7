import { isProtoNormError, modelKey } from '@protonorm/tensor';
import { describe, expect, it } from 'vitest';
import { cnn } from '../families/cnn.ts';
import { createModel, fittingModels, type CreateModelOptions } from './create-model.ts';
import { modelNames } from './model-catalogue.ts';

function failure(name: string, options: CreateModelOptions): { code: string; message: string } {
  try {
    createModel(name, options);
  } catch (error) {
    if (isProtoNormError(error)) return error;
    throw error;
  }
  throw new Error('expected an error');
}

describe('createModel', () => {
  it('gives the spec of the family', () => {
    const spec = createModel('cnn', { input: [28, 28, 1], classes: 10, features: 64 });
    expect(spec).toEqual(cnn([28, 28, 1], { classes: 10, features: 64 }));
  });

  it('passes hidden on to mlp', () => {
    const wide = createModel('mlp', { input: [9], classes: 2, features: 8, hidden: [30] });
    const other = createModel('mlp', { input: [9], classes: 2, features: 8 });
    expect(modelKey(wide)).not.toBe(modelKey(other));
  });

  it.each([
    ['resnet-8', 'resnet8'],
    ['resent8', 'resnet8'],
    ['CNN', 'cnn'],
    ['digits_cnn', 'digits-cnn'],
    ['FedAvgCNN', 'cnn'],
    ['DigitsMLP_128_256', 'digits-mlp-128-256'],
  ])('unknown name %s: lists the models and suggests %s', (name, nearest) => {
    const { code, message } = failure(name, { input: [8, 8, 1], classes: 10 });
    expect(code).toBe('unknown-model');
    expect(message).toContain(`No model is called "${name}".`);
    expect(message).toContain(`Did you mean '${nearest}'?`);
    for (const known of modelNames) expect(message).toContain(known);
  });

  it.each(['constructor', '__proto__', '', 'completely-different-thing'])(
    'unknown name %j: no guess',
    (name) => {
      const { code, message } = failure(name, { input: [8, 8, 1], classes: 10 });
      expect(code).toBe('unknown-model');
      expect(message).not.toContain('Did you mean');
    },
  );

  it('a shape that does not fit: names model, shape, reason and the models that fit', () => {
    const { code, message } = failure('cnn', { input: [8, 8, 1], classes: 10 });
    expect(code).toBe('invalid-model');
    expect(message).toContain("The model 'cnn' does not fit inputs of the shape [8, 8, 1]");
    expect(message).toContain("conv2d 'base.conv2.0' has a kernel of 5x5");
    expect(message).toMatch(/Models that fit this shape: linear, mlp, resnet4, .*digits-cnn/);
    expect(message.split('fit this shape: ')[1].split(', ')).not.toContain('cnn');
  });

  it('a vector for an image model', () => {
    const { code, message } = failure('resnet8', { input: [13], classes: 3 });
    expect(code).toBe('invalid-model');
    expect(message).toContain("The model 'resnet8' takes images [height, width, channels]");
    expect(message).toContain(
      'Models that fit this shape: linear, mlp, digits-mlp, digits-mlp-128-256, small-mlp, table-mlp, table-deep, table-gated.',
    );
  });

  it('a model too large to hold is refused before anything is allocated', () => {
    const { code, message } = failure('linear', { input: [1_000_000], classes: 2, features: 1_000_000 });
    expect(code).toBe('invalid-model');
    expect(message).toContain('more than the 536870912 that can be held');
  });

  it.each([
    [{ input: [], classes: 2 }, 'The input of the model'],
    [{ input: [0, 8, 1], classes: 2 }, 'The input of the model'],
    [{ input: [8.5], classes: 2 }, 'The input of the model'],
    [{ input: '8x8' as unknown as number[], classes: 2 }, 'The input of the model'],
    [{ input: undefined as unknown as number[], classes: 2 }, 'received nothing'],
    [{ input: [8], classes: 0 }, 'classes of the model'],
    [{ input: [8], classes: Number.NaN }, 'classes of the model'],
    [{ input: [8], classes: 2, features: -1 }, 'features of the model'],
    [{ input: [8], classes: 2, hidden: [] }, 'hidden of the model'],
    [{ input: [8], classes: 2, hidden: '64' as unknown as number[] }, 'hidden of the model'],
  ])('refuses %j', (options, part) => {
    const { code, message } = failure('mlp', options);
    expect(code).toBe('invalid-model');
    expect(message).toContain(part);
  });

  it('refuses hidden for other models', () => {
    expect(failure('cnn', { input: [32, 32, 3], classes: 2, hidden: [8] }).message).toContain(
      "The model 'cnn' has no option hidden.",
    );
  });
});

describe('fittingModels', () => {
  it('all image models fit CIFAR images', () => {
    expect(fittingModels([32, 32, 3])).toEqual(modelNames.filter((name) => !/^(series|table)-/.test(name)));
  });

  it.each([
    ['series-cnn', [32, 32, 3], 'takes series [steps, 1, channels] of at least 8 steps'],
    ['series-mlp', [7, 1, 3], 'the input has the shape [7, 1, 3]'],
    ['table-deep', [8, 1, 1], 'takes rows of a table [length]'],
  ])('%s refuses %j', (name, input, message) => {
    const { code, message: told } = failure(name, { input, classes: 2 });
    expect(code).toBe('invalid-model');
    expect(told).toContain(message);
  });

  it('every listed model can be created, every other cannot', () => {
    for (const input of [[5], [1, 1, 1], [8, 8, 1], [16, 16, 2], [15, 40, 1], [4, 4], [8, 1, 2], [7, 1, 2]]) {
      const fitting = fittingModels(input);
      expect(fitting).toContain('linear');
      for (const name of modelNames) {
        const create = () => createModel(name, { input, classes: 2 });
        if (fitting.includes(name)) expect(create).not.toThrow();
        else expect(create).toThrow(/does not fit inputs/);
      }
    }
  });
});
