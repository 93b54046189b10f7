import { isProtoNormError, type ErrorCode } from '@protonorm/tensor';
import { ConformanceError } from '@protonorm/tensor/testkit';

/** @throws ConformanceError unless the condition holds */
export function expectThat(condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw new ConformanceError(otherwise);
}

/** @throws ConformanceError unless both hold the same bytes */
export function expectBytes(
  actual: Uint8Array | null | undefined,
  expected: Uint8Array | null,
  what: string,
): void {
  if (actual === null || actual === undefined || expected === null) {
    return expectThat(actual === expected, `${what}: ${String(actual)} instead of ${String(expected)}`);
  }
  expectThat(actual instanceof Uint8Array, `${what}: no Uint8Array`);
  expectThat(
    actual.length === expected.length,
    `${what}: ${actual.length} bytes instead of ${expected.length}`,
  );
  const at = expected.findIndex((byte, i) => actual[i] !== byte);
  expectThat(at < 0, `${what}: byte ${at} is ${actual[at]} instead of ${expected[at]}`);
}

/** @throws ConformanceError unless both are the same as JSON, whatever the order of keys */
export function expectSameJson(actual: unknown, expected: unknown, what: string): void {
  const [left, right] = [sortedJson(actual), sortedJson(expected)];
  expectThat(left === right, `${what}: ${left} instead of ${right}`);
}

/** @throws ConformanceError unless the promise rejects; returns with what */
export async function rejectionOf(promise: Promise<unknown>, what: string): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof ConformanceError) throw error;
    return error;
  }
  throw new ConformanceError(`${what}: it resolved instead of rejecting`);
}

/** @throws ConformanceError unless the promise rejects with the code */
export async function expectCode(promise: Promise<unknown>, code: ErrorCode, what: string): Promise<void> {
  const error = await rejectionOf(promise, what);
  const found = isProtoNormError(error) ? error.code : String(error);
  expectThat(found === code, `${what}: rejected with ${found} instead of ${code}`);
}

/** Settles as the promise does. @throws ConformanceError when it does not settle within the time limit */
export async function within<T>(
  promise: Promise<T>,
  { limitMs, what }: { readonly limitMs: number; readonly what: string },
): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new ConformanceError(`${what}: nothing came within ${limitMs} ms`)),
      limitMs,
    );
  });
  try {
    return await Promise.race([promise, limit]);
  } finally {
    clearTimeout(timer);
  }
}

/** Lets everything that can go on without waiting go on. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
}

function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}
