import { describe, expect, it } from 'vitest';
import { errorCodes, ProtoNormError, type ErrorCode } from '@protonorm/tensor';
import { exitCodeOf, Interrupted } from './exit-codes.ts';
import { inputFault } from './system-error.ts';

describe('exitCodeOf', () => {
  it('tells bad input from what is nobody’s fault, for every error code', () => {
    const failures = Object.keys(errorCodes).filter(
      (code) => exitCodeOf(new ProtoNormError(code as ErrorCode, 'x')) !== 2,
    );
    expect(failures.sort()).toEqual([
      'client-failed',
      'connection-lost',
      'disposed',
      'diverged',
      'download-failed',
      'out-of-memory',
      'quorum-not-reached',
      'rate-limited',
      'store-failed',
      'timeout',
      'worker-failed',
    ]);
    // What the card names.
    for (const code of ['message-corrupt', 'schema-violation', 'snapshot-corrupt', 'data-corrupt'] as const)
      expect(exitCodeOf(new ProtoNormError(code, 'x'))).toBe(2);
  });

  it('is 1 for a defect, and 130 for Ctrl-C', () => {
    expect(exitCodeOf(new TypeError('x'))).toBe(1);
    expect(exitCodeOf(new Interrupted('x'))).toBe(130);
    expect(exitCodeOf(new DOMException('x', 'AbortError'))).toBe(130);
  });
});

describe('inputFault', () => {
  it('puts refusals of the file system into words, and nothing else', () => {
    const error = (code: string) => Object.assign(new Error(code), { code, path: 'a/b' });
    expect(inputFault(error('ENOTDIR'))?.message).toContain('a/b lies below a file');
    expect(inputFault(error('ENOSPC'))).toBeUndefined();
    expect(inputFault(new Error('x'))).toBeUndefined();
  });
});
