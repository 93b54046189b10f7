import { isProtoNormError, type Prototypes } from '@protonorm/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../run/run-event.ts';
import type { EvaluationRecord, RoundRecord, RunHistory } from '../run/run-record.ts';
import type { LiveDevice } from './live-device.ts';
import type { LiveEvent } from './live-event.ts';
import type { LiveFederation } from './live-federation.ts';
import {
  decodeLiveEvent,
  decodeLiveFederations,
  decodeLiveState,
  encodeLiveEvent,
  encodeLiveState,
} from './live-json.ts';
import type { LiveState } from './live-state.ts';

// Without null prototypes, which JSON does not make.
const plainRecord = <T extends object>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> =>
  fc.record(model, { noNullPrototype: true }) as fc.Arbitrary<T>;
const optionalRecord = <T extends object>(model: {
  [K in keyof T]: fc.Arbitrary<T[K]>;
}): fc.Arbitrary<Partial<T>> =>
  fc.record(model, { noNullPrototype: true, requiredKeys: [] }) as fc.Arbitrary<Partial<T>>;
const count = fc.nat();
const name = fc.string();
/** JSON has no -0. */
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => x + 0);
const record = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<Record<string, T>> =>
  fc.dictionary(name, value, { maxKeys: 3, noNullPrototype: true });

const table: fc.Arbitrary<Prototypes> = fc
  .record({ dim: fc.integer({ min: 1, max: 5 }), labels: fc.uniqueArray(fc.nat(1000), { maxLength: 6 }) })
  .chain(({ dim, labels }) =>
    plainRecord({
      dim: fc.constant(dim),
      classes: fc.constant(Int32Array.from(labels.sort((a, b) => a - b))),
      counts: fc
        .array(fc.double({ min: 1e-3, max: 1e9, noNaN: true }), {
          minLength: labels.length,
          maxLength: labels.length,
        })
        .map((values) => Float64Array.from(values)),
      // All bits: -0, NaN and infinities too.
      vectors: fc
        .array(fc.float(), { minLength: labels.length * dim, maxLength: labels.length * dim })
        .map((values) => Float32Array.from(values)),
    }),
  );

const evaluation: fc.Arbitrary<EvaluationRecord> = plainRecord({
  round: count,
  accuracy: fc.option(number),
  accuracyByLogits: fc.option(number),
  perClient: record(plainRecord({ samples: count, correct: count, correctByLogits: count })),
});
const names = fc.array(name, { maxLength: 4 });
const code = { code: name, message: name };
const round: fc.Arbitrary<RoundRecord> = fc
  .tuple(
    plainRecord({
      round: count,
      selected: names,
      contributed: names,
      failed: record(name),
      bytesDown: count,
      bytesUp: count,
      metrics: record(number),
      serverMetrics: record(number),
    }),
    optionalRecord({ reached: count, warnings: fc.array(plainRecord(code), { maxLength: 2 }) }),
  )
  .map(([needed, more]) => ({ ...needed, ...more }));
const history: fc.Arbitrary<RunHistory> = plainRecord({
  evaluations: fc.array(evaluation, { maxLength: 3 }),
  rounds: fc.array(round, { maxLength: 3 }),
});
const type = <T extends string>(value: T): fc.Arbitrary<T> => fc.constant(value);
const ofClient = { round: count, clientId: name };
const run: fc.Arbitrary<RunEvent> = fc.oneof(
  plainRecord({ type: type('run-started'), strategy: name, rounds: count, clients: names }),
  plainRecord({ type: type('run-resumed'), strategy: name, round: count }),
  plainRecord({ type: type('round-started'), round: count, selected: names }),
  plainRecord({ type: type('client-finished'), ...ofClient, trained: fc.boolean(), bytesUp: count }),
  plainRecord({ type: type('client-failed'), ...ofClient, ...code }),
  plainRecord({ type: type('upload-rejected'), ...ofClient, ...code }),
  evaluation.map((own) => ({ type: 'evaluated' as const, ...own })),
  fc
    .tuple(round, record(table))
    .map(([own, prototypes]) => ({ type: 'round-finished' as const, prototypes, ...own })),
  history.map((own) => ({ type: 'run-finished' as const, history: own })),
);
const time = fc.option(fc.nat());
const device: fc.Arbitrary<LiveDevice> = plainRecord({
  clientId: name,
  connected: fc.boolean(),
  lastSeenAt: time,
  round: fc.option(count),
  bytesUp: count,
  bytesDown: count,
  status: fc.constantFrom('idle', 'working', 'answered', 'failed'),
  since: time,
});
const federation: fc.Arbitrary<LiveFederation> = fc
  .tuple(
    plainRecord({
      name,
      strategy: name,
      status: fc.constantFrom('waiting', 'running', 'finished', 'failed'),
      round: count,
      rounds: count,
      enrolled: count,
      connected: count,
    }),
    optionalRecord({ failure: plainRecord(code) }),
  )
  .map(([needed, more]) => ({ ...needed, ...more }));
const devices = fc.array(device, { maxLength: 3 });
const event: fc.Arbitrary<LiveEvent> = fc.oneof(
  run.map((data) => ({ event: 'run' as const, data })),
  devices.map((data) => ({ event: 'devices' as const, data })),
  federation.map((data) => ({ event: 'status' as const, data })),
);
const state: fc.Arbitrary<LiveState> = fc
  .tuple(
    federation,
    plainRecord({
      now: count,
      history,
      devices,
      prototypes: fc.option(plainRecord({ round: count, tables: record(table) })),
    }),
    optionalRecord({ classNames: names }),
  )
  .map(([own, needed, more]) => ({ ...own, ...needed, ...more }));

describe('live events and states', () => {
  it('come back as they were, to the bit of each vector, on one line', () => {
    fc.assert(
      fc.property(event, (given) => {
        const { event: kind, data } = encodeLiveEvent(given);
        expect(data).not.toContain('\n');
        expect(decodeLiveEvent(kind, data)).toStrictEqual(given);
      }),
    );
    fc.assert(
      fc.property(state, (given) => {
        expect(decodeLiveState(encodeLiveState(given))).toStrictEqual(given);
      }),
    );
    fc.assert(
      fc.property(fc.array(federation, { maxLength: 3 }), (given) => {
        expect(decodeLiveFederations(JSON.stringify(given))).toStrictEqual(given);
      }),
    );
  });

  it('keep large tables', () => {
    const dim = 20_000;
    const large: Prototypes = {
      dim,
      classes: Int32Array.of(3),
      counts: Float64Array.of(2),
      vectors: Float32Array.from({ length: dim }, (_, i) => Math.sin(i)),
    };
    const given: LiveEvent = {
      event: 'run',
      data: {
        type: 'round-finished',
        prototypes: { large },
        round: 0,
        selected: [],
        contributed: [],
        failed: {},
        bytesDown: 0,
        bytesUp: 0,
        metrics: {},
        serverMetrics: {},
      },
    };
    expect(decodeLiveEvent('run', encodeLiveEvent(given).data)).toStrictEqual(given);
  });

  it('refuse anything else by a code', () => {
    const foreign = fc.oneof(
      fc.string(),
      fc.json(),
      // Events with a piece cut out or another value in its place.
      fc.tuple(event, fc.nat(), fc.json()).map(([given, at, value]) => {
        const data = encodeLiveEvent(given).data;
        const parts = data.split(',');
        return parts.map((part, i) => (i === at % parts.length ? value : part)).join(',');
      }),
    );
    fc.assert(
      fc.property(fc.constantFrom('run', 'devices', 'status', 'other'), foreign, (kind, data) => {
        for (const decode of [
          () => decodeLiveEvent(kind, data),
          () => decodeLiveState(data),
          () => decodeLiveFederations(data),
        ]) {
          try {
            decode();
          } catch (error) {
            expect(isProtoNormError(error) && error.code).toMatch(/^(message-corrupt|schema-violation)$/);
          }
        }
      }),
    );
    expect(() => decodeLiveEvent('run', '{')).toThrow("What was received as 'run' is no JSON.");
    expect(() => decodeLiveEvent('run', '{"type":"round-started","round":-1,"selected":[]}')).toThrow(
      "What was received as 'run' is none: round: ",
    );
    expect(() => decodeLiveEvent('other', '{}')).toThrow("There is no live event 'other'.");
  });

  it('refuse tables whose lengths disagree', () => {
    const empty = { evaluations: [], rounds: [] };
    const own = {
      name: 'a',
      strategy: 'b',
      status: 'running',
      round: 0,
      rounds: 1,
      enrolled: 0,
      connected: 0,
    };
    const withTable = (json: object): string =>
      JSON.stringify({
        ...own,
        now: 0,
        history: empty,
        devices: [],
        prototypes: { round: 0, tables: { t: json } },
      });
    const good = { dim: 1, classes: [0], counts: [1], vectors: 'AACAPw==' };
    expect(decodeLiveState(withTable(good)).prototypes?.tables.t.vectors).toEqual(Float32Array.of(1));
    for (const [wrong, problem] of [
      [{ vectors: 'AACAPwAA' }, '6 bytes of vectors instead of 4'],
      [{ vectors: '§' }, 'vectors that are no base64'],
      [{ counts: [] }, '0 counts for 1 classes'],
    ] as const)
      expect(() => decodeLiveState(withTable({ ...good, ...wrong }))).toThrow(
        `The table 't' has ${problem}.`,
      );
  });
});
