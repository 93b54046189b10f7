import type * as z from 'zod/mini';
import { MAX_HEADER_DEPTH } from './limits.ts';
import { messageSchemas, type MessageType } from './message-schemas.ts';

/**
 * Why a value is not the header of a kind of message, as the end of a sentence of bounded length; undefined = it is one.
 *
 * Looks first at what no schema does: depth, so that nothing behind overflows the stack, and the key that would change the
 * prototype of whatever a header is copied into.
 */
export function headerProblem(type: MessageType, header: unknown): string | undefined {
  if (!isRecord(header)) return `must be an object, is ${shown(header)}`;
  for (const [key, value] of Object.entries(header)) {
    if (value === undefined) continue; // JSON leaves it out
    const problem = key === '__proto__' ? FORBIDDEN_KEY : jsonProblem(value, 2);
    if (problem !== undefined) return `${problem} in ${shown(key)}`;
  }
  const { success, error } = messageSchemas[type].safeParse(header);
  return success ? undefined : described(error.issues[0], header);
}

const FORBIDDEN_KEY = "has the key '__proto__'";

function jsonProblem(value: unknown, depth: number): string | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return undefined;
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : `has the number ${value}`;
  if (depth > MAX_HEADER_DEPTH) return `is more than ${MAX_HEADER_DEPTH} deep`;
  if (Array.isArray(value)) {
    // Not for...of, which takes the holes of a sparse array for values.
    for (let i = 0; i < value.length; i++) {
      const problem = i in value ? jsonProblem(value[i], depth + 1) : 'has a hole';
      if (problem !== undefined) return problem;
    }
    return undefined;
  }
  if (!isRecord(value)) return 'has what JSON has no text for';
  for (const [key, item] of Object.entries(value)) {
    const problem = key === '__proto__' ? FORBIDDEN_KEY : jsonProblem(item, depth + 1);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** An object as JSON has them, of this realm or another. */
function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** The schemas of zod/mini come without sentences. */
function described(issue: z.core.$ZodIssue, header: unknown): string {
  if (issue.code === 'unrecognized_keys') return `has the unknown key ${shown(issue.keys[0])}`;
  const where = shown(issue.path.join('.'));
  const value = issue.path.reduce<unknown>(
    (at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key],
    header,
  );
  if (value === undefined) return `lacks ${where}`;
  if (issue.code === 'invalid_key') return `has a name that is none: ${where}`;
  return `has ${where} = ${shown(value)}, which must be ${expectation(issue)}`;
}

function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected;
    case 'too_big':
      return `at most ${issue.maximum}${issue.origin === 'number' || issue.origin === 'int' ? '' : ' long'}`;
    case 'too_small':
      return `at least ${issue.minimum}`;
    case 'invalid_format':
      return `as ${issue.pattern ?? issue.format}`;
    default:
      return 'something else';
  }
}

/** Never the inside of an object: it may be as deep as it likes. */
function shown(value: unknown): string {
  if (typeof value === 'string') return `'${value.length > 60 ? `${value.slice(0, 57)}...` : value}'`;
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}
