import type { ClientReply, EvaluationRecord } from '@protonorm/protocol';
import type { MessageSchema, ServerStep, StrategyWarning } from '@protonorm/strategy';
import { checkPrototypes, ProtoNormError, type Prototypes, type StateTree } from '@protonorm/tensor';

/** Sums up the evaluations of a round's replies. */
export function evaluationRecord(round: number, replies: ReadonlyMap<string, ClientReply>): EvaluationRecord {
  const counts = [...replies]
    .flatMap(([clientId, { evaluation }]) =>
      evaluation === undefined ? [] : [[clientId, evaluation] as const],
    )
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const sum = (key: 'samples' | 'correct' | 'correctByLogits'): number =>
    counts.reduce((total, [, count]) => total + count[key], 0);
  const samples = sum('samples');
  return {
    round,
    accuracy: samples === 0 ? null : sum('correct') / samples,
    accuracyByLogits: samples === 0 ? null : sum('correctByLogits') / samples,
    perClient: Object.fromEntries(counts),
  };
}

/** Mean of each metric over the clients that reported it, in their given order. */
export function meanMetrics(all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const names = [...new Set(all.flatMap((metrics) => Object.keys(metrics)))].sort();
  return Object.fromEntries(
    names.map((name) => {
      const values = all.flatMap((metrics) => (metrics[name] === undefined ? [] : [metrics[name]]));
      return [name, values.reduce((a, b) => a + b, 0) / values.length];
    }),
  );
}

/** The tables of a server's step that are worth keeping: what it reports, and what goes down. */
export function tablesOf(
  schema: MessageSchema,
  step: ServerStep<MessageSchema, StateTree> | undefined,
): Record<string, Prototypes> {
  const tables: Record<string, Prototypes> = {};
  for (const [name, table] of Object.entries(step?.report?.prototypes ?? {})) {
    tables[name] = checkPrototypes(table, `The reported table '${name}'`);
  }
  for (const [key, field] of Object.entries(schema)) {
    const value = step?.down?.[key];
    if (field.kind === 'prototypes' && value !== undefined) tables[key] = value as Prototypes;
  }
  return tables;
}

/** The numbers of a server's step. @throws `not-finite` */
export function serverMetrics(
  step: ServerStep<MessageSchema, StateTree> | undefined,
): Readonly<Record<string, number>> {
  const metrics = step?.report?.metrics ?? {};
  for (const [name, value] of Object.entries(metrics)) {
    if (Number.isFinite(value)) continue;
    throw new ProtoNormError('not-finite', `The metric '${name}' of the server's step is ${value}.`, {
      received: value,
      hint: 'Leave it out where it has no value.',
    });
  }
  return metrics;
}

/**
 * What a server's step warns of. Codes are what records are counted and searched by, so a strategy is held to them.
 *
 * @throws `invalid-strategy` for a code that is not lower-case words with dashes, or a message without text
 */
export function warningsOf(
  step: ServerStep<MessageSchema, StateTree> | undefined,
): readonly StrategyWarning[] {
  return (step?.report?.warnings ?? []).map((warning: Partial<StrategyWarning> | null) => {
    const { code, message } = warning ?? {};
    if (typeof code !== 'string' || !/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(code)) {
      throw new ProtoNormError(
        'invalid-strategy',
        `A warning of the server's step has the code ${JSON.stringify(code)}.`,
        {
          received: code,
          expected: 'lower-case words with dashes',
          hint: "Name it like 'prototype-overlap', the same for the same cause.",
        },
      );
    }
    if (typeof message !== 'string' || message.trim() === '') {
      throw new ProtoNormError(
        'invalid-strategy',
        `The warning '${code}' of the server's step has no message.`,
        {
          received: message,
          expected: 'a text',
          hint: 'Say what was seen, and what to do about it.',
        },
      );
    }
    return { code, message };
  });
}
