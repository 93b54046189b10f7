import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openFileStore } from './file-store.ts';
import { temporaryFolder } from './temporary-folder.test-support.ts';

const CLIENTS = 6;

/** A process that saves snapshots as fast as it can, beginning where the folder ends, and tells each that is safe. */
function saving(folder: string) {
  const code = `
    import { openFileStore } from ${JSON.stringify(new URL('file-store.ts', import.meta.url).href)};
    const store = await openFileStore(${JSON.stringify(folder)}, { now: () => 0 });
    const fill = (round) => new Uint8Array(20_000).fill(round);
    for (let round = (await store.loadSnapshot())?.round ?? 0; ; round++) {
      await store.appendEvent({ type: 'round-started', round, selected: [] });
      const clients = new Map(Array.from({ length: ${CLIENTS} }, (_, i) => ['client-' + i, fill(round + 1)]));
      // Every second snapshot is written once more, over the first.
      for (let times = 0; times < 1 + (round % 2); times++) {
        await store.saveSnapshot({ round: round + 1, engine: fill(round + 1), clients, prototypes: {} });
      }
      process.stdout.write(round + 1 + '\\n');
    }
  `;
  const args = ['--conditions=@protonorm/source', '--input-type=module-typescript', '--eval', code];
  return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], cwd: import.meta.dirname });
}

it('whenever a process is killed, its last acknowledged snapshot is there, complete, with its events', async () => {
  await using folder = await temporaryFolder();
  let saved = 0;
  // Delays that are no multiple of anything hit different moments of a save.
  for (const delay of [1, 7, 12, 18, 23, 31]) {
    const process = saving(folder.path);
    const lines: string[] = [];
    process.stdout.on('data', (data: Buffer) => lines.push(...String(data).split('\n').filter(Boolean)));
    await once(process.stdout, 'data');
    await new Promise((resolve) => {
      setTimeout(resolve, delay);
    });
    process.kill('SIGKILL');
    await once(process, 'close');
    const acknowledged = Number(lines.at(-1));
    expect(acknowledged).toBeGreaterThan(saved);

    await using store = await openFileStore(folder.path, { now: () => 0 });
    const snapshot = (await store.loadSnapshot())!;
    expect([acknowledged, acknowledged + 1]).toContain(snapshot.round);
    expect(snapshot.clients.size).toBe(CLIENTS);
    for (const bytes of [snapshot.engine, ...snapshot.clients.values()]) {
      expect(bytes).toEqual(new Uint8Array(20_000).fill(snapshot.round));
    }
    await store.appendEvent({ type: 'run-resumed', strategy: 's@1', round: snapshot.round });
    const events = (await readFile(join(folder.path, 'events.jsonl'), 'utf8')).split('\n').filter(Boolean);
    const rounds = events
      .map((line) => JSON.parse(line) as { readonly type: string; readonly round: number })
      .filter(({ type }) => type === 'round-started');
    expect(rounds.map(({ round }) => round)).toEqual(Array.from({ length: snapshot.round }, (_, i) => i));
    saved = snapshot.round;
  }
});
