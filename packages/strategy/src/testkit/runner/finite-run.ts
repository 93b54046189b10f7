import { ConformanceError } from '@protonorm/tensor/testkit';
import type { PlainRun } from './plain-federation.ts';

/** @throws ConformanceError with the path of the first number of a run that is not finite */
export function expectFiniteRun(run: PlainRun): void {
  const path = notFinite(run, 'run');
  if (path !== undefined) throw new ConformanceError(`Not finite: ${path}`);
}

function notFinite(value: unknown, path: string): string | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : `${path} is ${value}`;
  if (typeof value !== 'object' || value === null) return undefined;
  if (ArrayBuffer.isView(value)) {
    const at = Array.prototype.findIndex.call(value, (x: number) => !Number.isFinite(x));
    return at < 0 ? undefined : `${path}[${at}] is ${(value as Float32Array)[at]}`;
  }
  const members = value instanceof Map ? [...value] : Object.entries(value);
  for (const [key, member] of members) {
    const found = notFinite(member, `${path}.${String(key)}`);
    if (found !== undefined) return found;
  }
  return undefined;
}
