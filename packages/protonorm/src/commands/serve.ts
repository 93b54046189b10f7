import { join } from 'node:path';
import { defineCommand } from 'citty';
import { LiveFeed, restoreFeed, type HostEvent } from '@protonorm/fl-server';
import { serveFederations } from '@protonorm/fl-server/node';
import { openSqliteDatabase } from '@protonorm/fl-server/sqlite-store';
import { encodeTables } from '@protonorm/fl-server/file-store';
import { createSystemClock, summarise, summariseWarnings, type RunHistory } from '@protonorm/protocol';
import { strategyName } from '@protonorm/strategy';
import { dashboardFiles } from '@protonorm/studio/dashboard';
import { integerFlag, numberFlag } from '../cli/flag-values.ts';
import { interruptSignal } from '../cli/interrupt.ts';
import { plannedRun, strategyFlags } from '../cli/planned-run.ts';
import { runFlags } from '../cli/run-flags.ts';
import { hostOfPlan, runPlanOverHost, type ServePlanOptions } from '../federation/serve-plan.ts';
import { createProgress } from '../output/progress.ts';
import { SUMMARY_NOTES, summaryTable } from '../output/summary-table.ts';
import { warningsText } from '../output/warnings-text.ts';
import { RUN_FORMAT, sha256Of, writeJson } from '../run/run-folder.ts';

// Devices train, and nobody simulates that they drop out.
const {
  profile: _profile,
  workers: _workers,
  out: _out,
  'drop-out-rate': _dropOutRate,
  ...recipeFlags
} = runFlags;

const args = {
  ...recipeFlags,
  ...strategyFlags,
  name: { type: 'string', description: "Name of the federation. Default: the recipe's.", valueHint: 'name' },
  host: {
    type: 'string',
    description: 'Address to listen on; 0.0.0.0 = all networks. Default: 127.0.0.1, this machine alone.',
    valueHint: 'address',
  },
  port: { type: 'string', description: 'Port; 0 = any that is free. Default: 8787.', valueHint: 'n' },
  token: { type: 'string', description: 'What a device must know to be enrolled.', valueHint: 'text' },
  'min-clients': {
    type: 'string',
    description: "Clients that must be there before the first round. Default: all of the recipe's.",
    valueHint: 'n',
  },
  quorum: {
    type: 'string',
    description: 'Answers without which a round fails. Default: 1.',
    valueHint: 'n',
  },
  deadline: {
    type: 'string',
    description: 'Time limit of a round in seconds. Default: 3600.',
    valueHint: 's',
  },
  silence: {
    type: 'string',
    description: 'A device that has said nothing for so many seconds counts as gone. Default: 30.',
    valueHint: 's',
  },
  out: {
    type: 'string',
    description: 'Folder of store and results; a run that is there goes on. Default: runs/<name>-federation.',
    valueHint: 'dir',
  },
} as const;

type Flags = { readonly [K in keyof typeof args]?: string | boolean | undefined };

/** `protonorm serve`: a federation for devices that come by `protonorm join`, or by a program of one's own. */
export const serve = defineCommand({
  meta: { name: 'serve', description: 'Serve a federation over the network until its last round.' },
  args,
  async run({ args: flags }) {
    const text = flags as Flags as { readonly [K in keyof typeof args]?: string };
    using interrupt = interruptSignal('Stopping; the last finished round is kept, and devices are told.');
    const { signal } = interrupt;
    const now = Date.now; // eslint-disable-line no-restricted-properties -- the one clock of the command line
    const plan = await plannedRun(text, { signal });
    const { recipe, seed, data } = plan;
    const count = plan.clients.length;
    const name = text.name ?? recipe.name;
    const folder = text.out ?? join('runs', `${name}-federation`);
    await using database = await openSqliteDatabase(join(folder, 'federation.db'), { now });
    await using store = await database.openFederation(name);
    const say = (line: string): void => void process.stderr.write(`${line}\n`);
    const feed = new LiveFeed({
      name,
      strategy: strategyName(plan.resolved.strategy),
      rounds: recipe.rounds,
      ...(data.dataset.classNames && { classNames: data.dataset.classNames }),
      clock: createSystemClock(),
      now,
    });
    await restoreFeed(feed, store);
    const options: ServePlanOptions = {
      name,
      store,
      token: text.token,
      silenceMs: 1000 * (numberFlag('silence', text.silence) ?? 30),
      deadlineMs: 1000 * (numberFlag('deadline', text.deadline) ?? 3600),
      minClients: integerFlag('min-clients', text['min-clients'], { min: 1, max: count }) ?? count,
      quorum: integerFlag('quorum', text.quorum, { min: 0, max: count }) ?? 1,
      now,
      onHostEvent(event) {
        feed.onHostEvent(event);
        tell(event, say);
      },
    };
    const host = await hostOfPlan(plan, options);
    await using server = await serveFederations({
      federations: [host],
      feeds: new Map([[name, feed]]),
      assets: dashboardFiles(),
      host: text.host ?? '127.0.0.1',
      port: integerFlag('port', text.port, { min: 0, max: 65_535 }) ?? 8787,
    });
    say(
      `${plan.label} on ${data.dataset.name}, seed ${seed}: federation '${name}' at ${server.url}, waiting for ${options.minClients} of ${count} clients\njoin by: protonorm join ${server.url}\ndashboard: ${server.url}`,
    );
    const progress = createProgress(process.stderr, {
      label: plan.label,
      rounds: recipe.rounds,
      clients: count,
    });
    let history: RunHistory;
    try {
      const events = runPlanOverHost(plan, host, { ...options, signal });
      for (;;) {
        const next = await events.next();
        if (next.done) {
          history = next.value;
          break;
        }
        feed.onRunEvent(next.value);
        progress.onEvent(next.value);
      }
    } catch (error) {
      if (!signal.aborted) feed.fail(error);
      throw error;
    } finally {
      progress.done();
    }
    host.end();
    await server.close();
    const last = await store.loadSnapshot();
    const results = {
      format: RUN_FORMAT,
      strategy: strategyName(plan.resolved.strategy),
      label: plan.label,
      recipe: recipe.name,
      seed,
      summary: summarise(history),
      sha256: {
        prototypes: sha256Of(encodeTables(last?.prototypes ?? {})),
        metrics: sha256Of(history),
      },
      history,
    };
    await writeJson(join(folder, 'results.json'), results);
    const warnings = summariseWarnings(history.rounds);
    if (flags.json) {
      process.stdout.write(`${JSON.stringify({ folder, ...results, warnings }, null, 2)}\n`);
      return;
    }
    const row = { label: plan.label, status: 'finished' as const, results };
    process.stdout.write(`${summaryTable([row as never])}\n\n${SUMMARY_NOTES}\n`);
    const warned = warningsText([{ label: plan.label, warnings, rounds: history.rounds.length }]);
    process.stdout.write(`\n${warned}results ${join(folder, 'results.json')}\n`);
  },
});

function tell(event: HostEvent, say: (line: string) => void): void {
  if (event.type === 'connected') say(`${event.clientId} has come (${event.peer})`);
  if (event.type === 'disconnected') say(`${event.clientId} is away: ${event.reason || 'gone'}`);
  if (event.type === 'left') say(`${event.clientId} has left`);
  if (event.type === 'refused') say(`refused (${event.code}, ${event.peer}): ${event.message}`);
  if (event.type === 'reply-refused')
    say(`${event.clientId}: upload refused (${event.code}): ${event.message}`);
}
