import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { errorCodes } from './error-codes.ts';
import { errorFromData, errorToData } from './error-data.ts';
import { isProtoNormError, ProtoNormError } from './protonorm-error.ts';

const error = new ProtoNormError('invalid-hyper', 'lambda must be >= 0, received -1.', {
  received: -1,
  expected: '>= 0',
  hint: 'Leave it out for the default.',
  cause: new Error('inner'),
});

describe('ProtoNormError', () => {
  it('carries a code, a message with the way out, and what was received', () => {
    expect(error).toBeInstanceOf(Error);
    expect(error.name).toBe('ProtoNormError');
    expect(error.message).toBe('lambda must be >= 0, received -1. Leave it out for the default.');
    expect(error).toMatchObject({ code: 'invalid-hyper', received: -1, expected: '>= 0' });
    expect((error.cause as Error).message).toBe('inner');
  });

  it('explains each code in a sentence', () => {
    for (const [code, sentence] of Object.entries(errorCodes)) {
      expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(sentence).toMatch(/^[A-Z].*\.$/);
    }
  });
});

describe('isProtoNormError', () => {
  it('tells errors and their codes apart', () => {
    expect(isProtoNormError(error)).toBe(true);
    expect(isProtoNormError(error, 'invalid-hyper')).toBe(true);
    expect(isProtoNormError(error, 'timeout')).toBe(false);
    for (const other of [
      new Error('x'),
      null,
      undefined,
      'text',
      { code: 'timeout' },
      { name: 'ProtoNormError' },
    ]) {
      expect(isProtoNormError(other)).toBe(false);
    }
  });

  it('knows errors of other realms and other copies of the package', () => {
    const foreign: unknown = runInNewContext(
      `Object.assign(new Error('no answer'), { name: 'ProtoNormError', code: 'timeout' })`,
    );
    expect(foreign).not.toBeInstanceOf(Error);
    expect(isProtoNormError(foreign, 'timeout')).toBe(true);
  });
});

describe('errorToData', () => {
  it('carries an error over a structured clone', () => {
    const back = errorFromData(structuredClone(errorToData(error)));
    expect(isProtoNormError(back, 'invalid-hyper')).toBe(true);
    expect(back).toBeInstanceOf(ProtoNormError);
    expect(back).toMatchObject({ message: error.message, hint: error.hint, stack: error.stack });
    // Which a clone alone does not:
    expect(isProtoNormError(structuredClone(error))).toBe(false);
  });

  it('keeps other errors as they are', () => {
    const back = errorFromData(structuredClone(errorToData(new RangeError('too far'))));
    expect(back).toMatchObject({ name: 'RangeError', message: 'too far' });
    expect(isProtoNormError(back)).toBe(false);
    expect(errorToData('thrown text')).toEqual({ name: 'Error', message: 'thrown text' });
    expect(errorFromData(errorToData(new ProtoNormError('timeout', 'No answer.'))).message).toBe(
      'No answer.',
    );
  });
});
