import * as z from 'zod/mini';

// Loose: a newer server may say more than this page knows.

const count = z.int().check(z.nonnegative());
const code = { code: z.string(), message: z.string() };
const names = z.array(z.string());
/** A number that is not finite is null in JSON. */
const measure = z.nullable(z.number());
const measures = z.record(z.string(), measure);
const table = z.looseObject({
  dim: z.int().check(z.positive()),
  classes: z.array(count),
  counts: z.array(z.number()),
  vectors: z.string(),
});
const tables = z.record(z.string(), table);

const evaluation = {
  round: count,
  accuracy: measure,
  accuracyByLogits: measure,
  perClient: z.record(
    z.string(),
    z.looseObject({ samples: count, correct: count, correctByLogits: z.number() }),
  ),
};
const round = {
  round: count,
  selected: names,
  contributed: names,
  failed: z.record(z.string(), z.string()),
  reached: z.optional(count),
  bytesDown: z.number(),
  bytesUp: z.number(),
  metrics: measures,
  serverMetrics: measures,
  warnings: z.optional(z.array(z.looseObject(code))),
};
const history = z.looseObject({
  evaluations: z.array(z.looseObject(evaluation)),
  rounds: z.array(z.looseObject(round)),
});
const ofClient = { round: count, clientId: z.string() };

const run = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('run-started'), strategy: z.string(), rounds: count, clients: names }),
  z.looseObject({ type: z.literal('run-resumed'), strategy: z.string(), round: count }),
  z.looseObject({ type: z.literal('round-started'), round: count, selected: names }),
  z.looseObject({
    type: z.literal('client-finished'),
    ...ofClient,
    trained: z.boolean(),
    bytesUp: z.number(),
  }),
  z.looseObject({ type: z.literal('client-failed'), ...ofClient, ...code }),
  z.looseObject({ type: z.literal('upload-rejected'), ...ofClient, ...code }),
  z.looseObject({ type: z.literal('evaluated'), ...evaluation }),
  z.looseObject({ type: z.literal('round-finished'), prototypes: tables, ...round }),
  z.looseObject({ type: z.literal('run-finished'), history }),
]);

const federation = {
  name: z.string(),
  strategy: z.string(),
  status: z.enum(['waiting', 'running', 'finished', 'failed']),
  round: count,
  rounds: count,
  enrolled: count,
  connected: count,
  failure: z.optional(z.looseObject(code)),
};
const devices = z.array(
  z.looseObject({
    clientId: z.string(),
    connected: z.boolean(),
    lastSeenAt: z.nullable(z.number()),
    round: z.nullable(count),
    bytesUp: z.number(),
    bytesDown: z.number(),
    status: z.enum(['idle', 'working', 'answered', 'failed']),
    since: z.nullable(z.number()),
  }),
);

/** What JSON must hold, by the name of the server-sent event or of the answer. */
export const liveSchemas = {
  run,
  devices,
  status: z.looseObject(federation),
  federations: z.array(z.looseObject(federation)),
  state: z.looseObject({
    ...federation,
    now: z.number(),
    history,
    devices,
    prototypes: z.nullable(z.looseObject({ round: count, tables })),
    classNames: z.optional(names),
  }),
} as const;
