import type { Prototypes } from '@protonorm/tensor';
import type { RunEvent } from '../../run/run-event.ts';
import type { RoundRecord } from '../../run/run-record.ts';
import type { RunSnapshot, RunStore } from '../../store/run-store.ts';
import { expectBytes, expectSameJson, expectThat } from '../expectations.ts';

/** What a check of stores works with. */
export interface StoreContext {
  /** An empty store; the kit closes it. */
  readonly store: RunStore;
  /** The events that the store keeps, in order. */
  events(): Promise<readonly unknown[]>;
  /** Closes the store and opens what it kept; undefined = it keeps nothing. */
  reopen(): Promise<{ readonly store: RunStore; events(): Promise<readonly unknown[]> }>;
}

/** A table with numbers that are easily lost: -0, the smallest and the largest float32. */
export const table: Prototypes = {
  dim: 3,
  classes: Int32Array.of(0, 2, 7),
  counts: Float64Array.of(1, 12.5, 2 ** 40),
  vectors: Float32Array.of(-0, 1e-45, 3.4028234663852886e38, 0.1, -0.2, 0.3, 0, 1, -3.4028234663852886e38),
};

export const emptyTable: Prototypes = {
  dim: 5,
  classes: new Int32Array(0),
  counts: new Float64Array(0),
  vectors: new Float32Array(0),
};

/** A snapshot whose bytes tell its round. */
export function snapshotOf(round: number, changes: Partial<RunSnapshot> = {}): RunSnapshot {
  return {
    round,
    engine: Uint8Array.of(round & 255, round >> 8, 99),
    clients: new Map([
      ['client-0000', Uint8Array.of(round & 255, 1)],
      ['client-0001', Uint8Array.of(round & 255, 2, 2)],
    ]),
    prototypes: { prototypes: { ...table, vectors: table.vectors.map((x) => x + round) } },
    ...changes,
  };
}

/** @throws ConformanceError unless all bytes of the snapshots are the same */
export function expectSnapshot(
  actual: RunSnapshot | undefined,
  expected: RunSnapshot,
  what: string,
): asserts actual is RunSnapshot {
  expectThat(actual !== undefined, `${what}: there is none`);
  expectThat(actual.round === expected.round, `${what}: of round ${actual.round}, not ${expected.round}`);
  expectBytes(actual.engine, expected.engine, `${what}: the engine's bytes`);
  expectSameJson(
    [...actual.clients.keys()].sort(),
    [...expected.clients.keys()].sort(),
    `${what}: the clients`,
  );
  for (const [clientId, bytes] of expected.clients) {
    expectBytes(actual.clients.get(clientId), bytes, `${what}: the bytes of '${clientId}'`);
  }
  const names = Object.keys(expected.prototypes).sort();
  expectSameJson(Object.keys(actual.prototypes).sort(), names, `${what}: the tables`);
  for (const name of names) {
    const [got, wanted] = [actual.prototypes[name], expected.prototypes[name]];
    expectThat(got.dim === wanted.dim, `${what}: '${name}' has dim ${got.dim}, not ${wanted.dim}`);
    for (const part of ['classes', 'counts', 'vectors'] as const) {
      expectThat(
        got[part].constructor === wanted[part].constructor,
        `${what}: ${name}.${part} is a ${got[part].constructor.name}`,
      );
      expectBytes(bytesOf(got[part]), bytesOf(wanted[part]), `${what}: the bytes of ${name}.${part}`);
    }
  }
}

/** What a run tells in its round, without the events of single clients. */
export function eventsOf(round: number): readonly RunEvent[] {
  const selected = ['client-0000', 'client-0001'];
  const record: RoundRecord = {
    round,
    selected,
    contributed: ['client-0000'],
    failed: { 'client-0001': 'timeout' },
    reached: 1,
    bytesDown: 12,
    bytesUp: 34,
    metrics: { loss: 0.25 },
    serverMetrics: {},
  };
  const counts = { samples: 4, correct: 3, correctByLogits: 2 };
  const message = 'client-0001 did not answer within 5 ms.';
  return [
    { type: 'round-started', round, selected },
    { type: 'client-failed', round, clientId: 'client-0001', code: 'timeout', message },
    { type: 'client-finished', round, clientId: 'client-0000', trained: true, bytesUp: 34 },
    {
      type: 'evaluated',
      round,
      accuracy: 0.75,
      accuracyByLogits: 0.5,
      perClient: { 'client-0000': counts },
    },
    { type: 'round-finished', ...record, prototypes: { prototypes: table } },
  ];
}

export const runStarted: RunEvent = {
  type: 'run-started',
  strategy: 'conformance@1',
  rounds: 9,
  clients: ['client-0000', 'client-0001'],
};

/** @throws ConformanceError unless the kept events are the given ones, in order, with all that is not a table */
export function expectEvents(kept: readonly unknown[], given: readonly RunEvent[], what: string): void {
  expectSameJson(
    kept.map((event) => (event as RunEvent).type),
    given.map(({ type }) => type),
    `${what}: the types`,
  );
  given.forEach((event, i) => {
    for (const [key, value] of Object.entries(event)) {
      if (key === 'prototypes' || key === 'history') continue;
      expectSameJson((kept[i] as Record<string, unknown>)[key], value, `${what}: ${event.type}.${key}`);
    }
  });
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
