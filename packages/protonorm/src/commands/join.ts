import { defineCommand } from 'citty';
import {
  createMemoryDeviceStore,
  federationOf,
  joinFederation,
  type DeviceStatus,
} from '@protonorm/fl-client';
import { createFileDeviceStore } from '@protonorm/fl-client/node';
import { strategyName } from '@protonorm/strategy';
import { strategies } from '@protonorm/strategies';
import { ProtoNormError } from '@protonorm/tensor';
import { interruptSignal } from '../cli/interrupt.ts';
import { openRecipeMember, type RecipeMember } from '../federation/recipe-member.ts';
import { resolveStrategy } from '../run/resolve-strategy.ts';
import { versions } from '../run/versions.ts';

const DEFAULT_URL = 'http://127.0.0.1:8787';

const args = {
  url: {
    type: 'positional',
    required: false,
    description: `Address of the server. Default: ${DEFAULT_URL}`,
    valueHint: 'url',
  },
  federation: {
    type: 'string',
    description: 'Name of the federation. Default: the only one that the server has.',
    valueHint: 'name',
  },
  client: {
    type: 'string',
    description: 'Client to be. Default: the first that is free.',
    valueHint: 'id',
  },
  token: { type: 'string', description: 'What the server asks for.', valueHint: 'text' },
  state: {
    type: 'string',
    description:
      'File in which this device keeps key and model, so that it can go on. Default: none, in memory.',
    valueHint: 'file',
  },
  backend: { type: 'string', description: "Backend. Default: the recipe's, else auto.", valueHint: 'name' },
  strategy: {
    type: 'string',
    description: 'Path of a strategy of your own, beside those that are built in.',
    valueHint: 'file',
  },
  json: { type: 'boolean', default: false, description: 'Print what happens as JSON, a line for each.' },
} as const;

type Flags = { readonly [K in keyof typeof args]?: string | boolean | undefined };

/** `protonorm join`: this machine as a client of a federation. */
export const join = defineCommand({
  meta: { name: 'join', description: 'Join a federation as a client, and train until it ends.' },
  args,
  async run({ args: flags }) {
    const text = flags as Flags as { readonly [K in keyof typeof args]?: string };
    using interrupt = interruptSignal(
      text.state === undefined ? 'Stopping.' : `Stopping; go on with --state ${text.state}.`,
    );
    const { signal } = interrupt;
    const url = text.url ?? DEFAULT_URL;
    const store = text.state === undefined ? createMemoryDeviceStore() : createFileDeviceStore(text.state);
    // A device that comes back knows where it was, also while the server is down.
    const federation = text.federation ?? (await federationOf(store)) ?? (await onlyFederation(url, signal));
    const own = text.strategy === undefined ? [] : [(await resolveStrategy(text.strategy)).strategy];
    let member: RecipeMember | undefined;
    const say = (status: DeviceStatus): void => {
      if (flags.json) process.stdout.write(`${JSON.stringify(printable(status))}\n`);
      else {
        const line = statusText(status);
        if (line !== undefined) process.stderr.write(`${line}\n`);
      }
    };
    try {
      const reason = await joinFederation({
        url,
        federation,
        strategies: [...Object.values(strategies), ...own].map((strategy) => strategyName(strategy)),
        software: `protonorm ${versions().protonorm}`,
        ...(text.client !== undefined && { clientId: text.client }),
        ...(text.token !== undefined && { token: text.token }),
        store,
        async open(welcome, given) {
          member = await openRecipeMember(welcome, { backend: text.backend, ...given });
          process.stderr.write(`${member.description}\n`);
          return member;
        },
        signal,
        onStatus: say,
      });
      process.stderr.write(`The federation has ended: ${reason}.\n`);
    } finally {
      member?.[Symbol.dispose]();
    }
  },
});

async function onlyFederation(url: string, signal: AbortSignal): Promise<string> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(10_000)]);
  let names: readonly string[];
  try {
    const answer = await fetch(new URL('health', url.endsWith('/') ? url : `${url}/`), { signal: limit });
    const { federations } = (await answer.json()) as { federations: readonly { readonly name: string }[] };
    names = federations.map(({ name }) => name);
  } catch (cause) {
    signal.throwIfAborted();
    throw new ProtoNormError('connection-lost', `There is no server at ${url}.`, {
      received: url,
      cause,
      hint: 'Start one by `protonorm serve`, or give its address.',
    });
  }
  if (names.length === 1) return names[0];
  throw new ProtoNormError('invalid-argument', `The server has ${names.length} federations.`, {
    received: names,
    hint: `Choose one by --federation: ${names.join(', ')}.`,
  });
}

function printable(status: DeviceStatus): object {
  if (status.type !== 'refused') return status;
  const { code, message, hint } = status.error;
  return { type: status.type, code, message, ...(hint !== undefined && { hint }) };
}

function statusText(status: DeviceStatus): string | undefined {
  switch (status.type) {
    case 'joined':
      return `joined as ${status.clientId}, round ${status.round} of ${status.rounds}`;
    case 'working':
      return `round ${status.round}: ${status.train ? 'training' : 'evaluating'}`;
    case 'disconnected':
      return `${status.reason}; again in ${(status.againInMs / 1000).toFixed(1)} s`;
    case 'refused':
      return `refused (${status.error.code}): ${status.error.message}`;
    default:
      return undefined;
  }
}
