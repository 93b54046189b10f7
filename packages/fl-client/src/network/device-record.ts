import { createDeviceKey, type ClientReply, type DeviceKey } from '@protonorm/protocol';
import {
  decodeState,
  encodeState,
  isProtoNormError,
  ProtoNormError,
  type StateTree,
} from '@protonorm/tensor';
import type { DeviceStore } from './device-store.ts';

const FORMAT = 'protonorm-device-1';

/** Everything that a device keeps. */
export interface DeviceRecord {
  readonly federation: string;
  readonly key: DeviceKey;
  /** Given by the server; undefined before the first welcome. */
  readonly clientId: string | undefined;
  /** The reply to the last task, until a later task comes. */
  readonly last: { readonly taskId: string; readonly reply: ClientReply } | undefined;
  /** Model and private state behind it; undefined = as it began. */
  readonly member: StateTree | undefined;
}

/**
 * The federation that a store belongs to; undefined = it is empty.
 *
 * @throws `snapshot-corrupt`
 * @example
 * ```ts
 * import { createMemoryDeviceStore, federationOf } from '@protonorm/fl-client';
 * await federationOf(createMemoryDeviceStore()); // => undefined
 * ```
 */
export async function federationOf(store: DeviceStore): Promise<string | undefined> {
  const bytes = await store.load();
  return bytes && decodeDeviceRecord(bytes).federation;
}

/** The record as bytes. */
export function encodeDeviceRecord({ federation, key, clientId, last, member }: DeviceRecord): Uint8Array {
  return encodeState({
    format: FORMAT,
    federation,
    publicKey: key.publicKey,
    privateKey: key.privateKey,
    clientId: clientId ?? null,
    last:
      last === undefined
        ? null
        : { taskId: last.taskId, reply: JSON.stringify({ ...last.reply, up: null }), up: last.reply.up },
    hasMember: member !== undefined,
    member: member ?? null,
  });
}

/** @throws `snapshot-corrupt` */
function decodeDeviceRecord(bytes: Uint8Array): DeviceRecord {
  try {
    const tree = decodeState(bytes) as Record<string, unknown>;
    if (tree.format !== FORMAT) throw new SyntaxError(`format ${String(tree.format)}`);
    const last = tree.last as { taskId: string; reply: string; up: Uint8Array | null } | null;
    return {
      federation: tree.federation as string,
      key: {
        publicKey: tree.publicKey as string,
        privateKey: Uint8Array.from(tree.privateKey as Uint8Array),
      },
      clientId: (tree.clientId as string | null) ?? undefined,
      last: last
        ? { taskId: last.taskId, reply: { ...(JSON.parse(last.reply) as ClientReply), up: last.up } }
        : undefined,
      member: tree.hasMember ? (tree.member as StateTree) : undefined,
    };
  } catch (cause) {
    if (!isProtoNormError(cause) && !(cause instanceof SyntaxError) && !(cause instanceof TypeError))
      throw cause;
    throw new ProtoNormError('snapshot-corrupt', 'What this device has kept of itself cannot be read.', {
      cause,
      hint: 'Remove it to join as a new device.',
    });
  }
}

/**
 * What a store has of this device, or a new device, kept at once.
 *
 * @throws `snapshot-corrupt` for a store that cannot be read or is of another federation, `backend-unavailable`
 */
export async function loadDeviceRecord(store: DeviceStore, federation: string): Promise<DeviceRecord> {
  const bytes = await store.load();
  if (bytes === undefined) {
    const record: DeviceRecord = {
      federation,
      key: await createDeviceKey(),
      clientId: undefined,
      last: undefined,
      member: undefined,
    };
    // Before it is shown to anybody: the server binds the client to it.
    await store.save(encodeDeviceRecord(record));
    return record;
  }
  const record = decodeDeviceRecord(bytes);
  if (record.federation === federation) return record;
  throw new ProtoNormError(
    'snapshot-corrupt',
    `The store of this device is of the federation '${record.federation}', not '${federation}'.`,
    { received: record.federation, expected: federation, hint: 'Give each federation a store of its own.' },
  );
}
