import { checkPrototypes, type Prototypes } from '@protonorm/tensor';
import type { RunSnapshot } from './run-store.ts';

/** A snapshot with arrays of its own. @throws what `checkPrototypes` throws for a table that is none */
export function copySnapshot({ round, engine, clients, prototypes }: RunSnapshot): RunSnapshot {
  return {
    round,
    engine: engine.slice(),
    clients: new Map([...clients].map(([clientId, bytes]) => [clientId, bytes.slice()])),
    prototypes: copyTables(prototypes),
  };
}

/** Tables with arrays of their own. @throws what `checkPrototypes` throws for a table that is none */
export function copyTables(tables: Readonly<Record<string, Prototypes>>): Record<string, Prototypes> {
  return Object.fromEntries(
    Object.entries(tables).map(([name, table]) => [name, copyTable(checkPrototypes(table, name))]),
  );
}

function copyTable({ dim, classes, counts, vectors }: Prototypes): Prototypes {
  return { dim, classes: classes.slice(), counts: counts.slice(), vectors: vectors.slice() };
}
