import type { ErrorCode } from '../../errors/error-codes.ts';
import { isProtoNormError } from '../../errors/protonorm-error.ts';
import { ConformanceError } from './check.ts';

/** Expects a condition; the message says what was expected and what was found. */
export function expectThat(condition: boolean, message: string): void {
  if (!condition) throw new ConformanceError(message);
}

/**
 * The largest difference of two arrays, divided by the largest expected number, or by `scale` where that is larger.
 *
 * @throws {@link ConformanceError} for other lengths and for NaN
 */
export function relativeError(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  { what, scale = 1e-6 }: { readonly what: string; readonly scale?: number },
): number {
  expectThat(
    actual.length === expected.length,
    `${what}: ${actual.length} numbers instead of ${expected.length}`,
  );
  let difference = 0;
  let largest = scale;
  for (let i = 0; i < expected.length; i++) {
    expectThat(Number.isFinite(actual[i]), `${what}: ${actual[i]} at ${i} instead of ${expected[i]}`);
    difference = Math.max(difference, Math.abs(actual[i] - expected[i]));
    largest = Math.max(largest, Math.abs(expected[i]));
  }
  return difference / largest;
}

/** Expects the same bits (0 and -0 differ). */
export function expectSame(actual: ArrayLike<number>, expected: ArrayLike<number>, what: string): void {
  expectThat(
    actual.length === expected.length,
    `${what}: ${actual.length} numbers instead of ${expected.length}`,
  );
  for (let i = 0; i < expected.length; i++) {
    expectThat(Object.is(actual[i], expected[i]), `${what}: ${actual[i]} at ${i} instead of ${expected[i]}`);
  }
}

/** Expects an action to throw (or reject with) one of the codes. */
export async function expectCode(
  action: () => unknown,
  codes: ErrorCode | readonly ErrorCode[],
  what: string,
): Promise<void> {
  const wanted = [codes].flat();
  try {
    await action();
  } catch (error) {
    const code = isProtoNormError(error) ? error.code : String(error);
    expectThat(
      wanted.includes(code as ErrorCode),
      `${what}: threw ${code} instead of ${wanted.join(' or ')}`,
    );
    return;
  }
  throw new ConformanceError(`${what}: did not throw ${wanted.join(' or ')}`);
}
