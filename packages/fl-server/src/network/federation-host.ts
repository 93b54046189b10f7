import {
  createNonce,
  errorHeader,
  HANDSHAKE_FRAME_BYTES,
  MessageConnection,
  PROTOCOL_VERSION,
  type Channel,
  type ClientReply,
  type ClientTask,
  type FrameLimits,
  type MessageHeader,
  type Transport,
  type WireMessage,
} from '@protonorm/protocol';
import { errorFromData, isProtoNormError, ProtoNormError } from '@protonorm/tensor';
import { admitDevice } from './admit-device.ts';
import type { HostEvent } from './host-event.ts';
import { KeptReplies } from './kept-replies.ts';
import type { FederationHostOptions } from './host-options.ts';
import { ask, sendTask, type Member } from './member.ts';
import { taskIdOf } from './task-id.ts';

const REPLACED = 4000;
const FINISHED = 1000;
const RESTART = 1012;

const DEFAULT_LIMITS: FrameLimits = {
  maxFrameBytes: 1 << 20,
  maxMessageBytes: 256 << 20,
  maxAssemblies: 4,
};

/** Who has not been admitted has no more of the server's memory than that: rule H6. */
const STRANGER_LIMITS: FrameLimits = {
  maxFrameBytes: HANDSHAKE_FRAME_BYTES,
  maxMessageBytes: HANDSHAKE_FRAME_BYTES,
  maxAssemblies: 1,
};

/**
 * The server's end of a federation: devices connect to it, the round engine asks them through it as through any transport.
 *
 * A client that was admitted stays one while it is away: a request waits for it until the engine's deadline, is sent again
 * when it is back, and its reply is acknowledged when it is durable. A reply that was kept before a crash answers the request
 * of the server that goes on. Rules H, T, L and E of SPEC.md of `@protonorm/protocol`.
 */
export class FederationHost implements Transport {
  readonly #options: FederationHostOptions;
  readonly #limits: FrameLimits;
  readonly #silenceMs: number;
  readonly #members = new Map<string, Member>();
  readonly #strangers = new Set<MessageConnection>();
  readonly #waiting = new Set<() => void>();
  readonly #kept: KeptReplies;
  #round = 0;
  #closed = false;
  /** Why the federation is over; undefined = it is not. */
  #over: string | undefined;

  constructor(options: FederationHostOptions) {
    this.#options = options;
    this.#kept = new KeptReplies(options.replies);
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#silenceMs = options.silenceMs ?? 30_000;
  }

  get name(): string {
    return this.#options.name;
  }

  /** Clients that were admitted and have not left, here or not, sorted. */
  clients(): readonly string[] {
    return [...this.#members].flatMap(([clientId, { left }]) => (left ? [] : [clientId])).sort();
  }

  /** Clients that are here now, sorted. */
  connected(): readonly string[] {
    return [...this.#members]
      .flatMap(([clientId, { connection }]) => (connection === undefined ? [] : [clientId]))
      .sort();
  }

  /** Clients whose answer is waited for, sorted. */
  awaited(): readonly string[] {
    return [...this.#members]
      .flatMap(([clientId, { pending }]) => (pending === undefined ? [] : [clientId]))
      .sort();
  }

  /** A client from before: of the store of a server that goes on. */
  expect(clientId: string): void {
    this.#member(clientId);
  }

  /** Resolves when so many clients were admitted. @throws the signal's reason */
  async enrolled(count: number, { signal }: { readonly signal: AbortSignal }): Promise<void> {
    while (this.clients().length < count) {
      signal.throwIfAborted();
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          this.#waiting.delete(wake);
          signal.removeEventListener('abort', wake);
          resolve();
        };
        this.#waiting.add(wake);
        signal.addEventListener('abort', wake, { once: true });
      });
    }
  }

  async request(
    clientId: string,
    task: ClientTask,
    { signal }: { readonly signal: AbortSignal },
  ): Promise<ClientReply> {
    signal.throwIfAborted();
    const member = this.#members.get(clientId);
    if (member === undefined || member.left || this.#closed || this.#over !== undefined)
      throw new ProtoNormError('client-failed', `There is no client '${clientId}'.`, {
        received: clientId,
        expected: this.clients(),
      });
    const taskId = taskIdOf(task);
    this.#round = Math.max(this.#round, task.round);
    const kept = await this.#kept.find(clientId, { taskId, round: task.round });
    signal.throwIfAborted();
    if (kept !== undefined) return kept;
    member.pending?.reject(new ProtoNormError('client-failed', `${clientId} was given another task.`));
    return ask(member, { taskId, task, signal });
  }

  /** Takes a device that has connected: shakes hands, then serves it until it goes. */
  connect(channel: Channel): void {
    const nonce = createNonce();
    let member: Member | undefined;
    let clientId = '';
    let begun = false;
    const connection = new MessageConnection({
      channel,
      limits: STRANGER_LIMITS,
      silenceMs: this.#silenceMs,
      clock: this.#options.clock,
      onMessage: (message) => {
        if (member !== undefined) return this.#onMessage(message, { clientId, member, connection });
        if (message.type === 'hello' && begun) return; // sent twice: it is being looked at
        if (message.type !== 'hello')
          throw new ProtoNormError(
            'protocol-mismatch',
            `A message '${message.type}' came where 'hello' must.`,
          );
        begun = true;
        const { name: federation, strategy, admission } = this.#options;
        const by = { federation, strategy, admission, nonce, peer: channel.peer };
        admitDevice(message.header, by).then(
          (admitted) => {
            if (connection.ended) return;
            clientId = admitted;
            member = this.#welcome(clientId, connection);
          },
          (error: unknown) => {
            const told = isProtoNormError(error)
              ? error
              : new ProtoNormError('connection-lost', 'The server could not admit the device.', {
                  cause: error,
                });
            this.#tell({ type: 'refused', peer: channel.peer, code: told.code, message: told.message });
            connection.fail(told);
          },
        );
      },
      onEnd: ({ reason }, error) => {
        this.#strangers.delete(connection);
        stopLimit();
        if (error !== undefined)
          this.#tell({ type: 'refused', peer: channel.peer, code: error.code, message: error.message });
        if (member?.connection !== connection) return;
        member.connection = undefined;
        this.#tell({
          type: 'disconnected',
          clientId,
          peer: channel.peer,
          reason: error?.code ?? reason,
        });
      },
    });
    // Heartbeats alone are no handshake.
    const stopLimit = this.#options.clock.after(this.#silenceMs, () => {
      if (member === undefined)
        connection.fail(
          new ProtoNormError('timeout', `The handshake took longer than ${this.#silenceMs} ms.`, {
            expected: this.#silenceMs,
          }),
        );
    });
    this.#strangers.add(connection);
    if (this.#over !== undefined) {
      connection.send({ type: 'leave', header: { reason: this.#over } });
      return connection.close(FINISHED, this.#over);
    }
    if (this.#closed) return connection.close(RESTART, 'the server is going down');
    connection.send({ type: 'challenge', header: { protocol: PROTOCOL_VERSION, nonce } });
  }

  /** The federation is over: all devices are told, also those that come later, and open requests end. */
  end(reason = 'finished'): void {
    this.#over ??= reason;
    this.#closeAll(FINISHED, reason, (connection) => connection.send({ type: 'leave', header: { reason } }));
  }

  /** The server goes down: connections and open requests end, devices come back when they can. */
  suspend(reason = 'the server is going down'): void {
    this.#closed = true;
    this.#closeAll(RESTART, reason, () => {});
  }

  #closeAll(code: number, reason: string, tell: (connection: MessageConnection) => void): void {
    for (const [clientId, { connection, pending }] of this.#members) {
      pending?.reject(new ProtoNormError('client-failed', `${clientId} is not asked any more: ${reason}.`));
      if (connection !== undefined) {
        tell(connection);
        connection.close(code, reason);
      }
    }
    for (const connection of this.#strangers) {
      tell(connection);
      connection.close(code, reason);
    }
  }

  #welcome(clientId: string, connection: MessageConnection): Member {
    const { name: federation, strategy, rounds, settings, shared } = this.#options;
    const { maxFrameBytes, maxMessageBytes } = this.#limits;
    const member = this.#member(clientId);
    this.#strangers.delete(connection);
    member.connection?.close(REPLACED, 'replaced by a newer connection');
    member.connection = connection;
    member.left = false;
    connection.adopt({ limits: this.#limits });
    connection.send({
      type: 'welcome',
      header: {
        protocol: PROTOCOL_VERSION,
        federation,
        clientId,
        strategy,
        round: this.#round,
        rounds,
        silenceMs: this.#silenceMs,
        maxFrameBytes,
        maxMessageBytes,
        settings,
      },
      ...(shared && { body: shared }),
    });
    this.#tell({ type: 'connected', clientId, peer: connection.peer });
    if (member.pending !== undefined) sendTask(connection, member.pending);
    for (const wake of this.#waiting) wake();
    return member;
  }

  #onMessage(
    message: WireMessage,
    from: { readonly clientId: string; readonly member: Member; readonly connection: MessageConnection },
  ): void {
    const { clientId, member, connection } = from;
    switch (message.type) {
      case 'reply':
        void this.#onReply(message.header, message.body, from);
        return;
      case 'failed': {
        const { task, code, message: text, hint } = message.header;
        if (member.pending?.taskId !== task) return;
        const data = { name: 'ProtoNormError', message: text, ...(hint !== undefined && { hint }) };
        member.pending.reject(
          code === undefined
            ? new ProtoNormError('client-failed', text)
            : errorFromData({ ...data, code: code as never }),
        );
        return;
      }
      case 'leave':
        member.left = true;
        this.#tell({ type: 'left', clientId, peer: connection.peer });
        member.pending?.reject(
          new ProtoNormError('client-failed', `${clientId} has left: ${message.header.reason}.`),
        );
        connection.close(FINISHED, 'left');
        return;
      case 'hello': // sent twice
      case 'error': // it closes by itself, if it was fatal
        return;
      default:
        throw new ProtoNormError('protocol-mismatch', `A device may not send '${message.type}' now.`);
    }
  }

  async #onReply(
    header: MessageHeader<'reply'>,
    body: Uint8Array | undefined,
    from: { readonly clientId: string; readonly member: Member; readonly connection: MessageConnection },
  ): Promise<void> {
    const { clientId, member, connection } = from;
    const { task: taskId, round, evaluation, metrics, hasUp } = header;
    const acknowledge = (known: boolean): void => {
      this.#tell({ type: 'reply', clientId, round, bytes: body?.length ?? 0, known });
      connection.send({ type: 'acknowledge', header: { task: taskId, known } });
    };
    const refuse = (error: ProtoNormError): void => {
      this.#tell({ type: 'reply-refused', clientId, code: error.code, message: error.message });
      connection.send({ type: 'error', header: errorHeader(error, { fatal: false, round: this.#round }) });
    };
    const { pending } = member;
    if (pending?.taskId !== taskId) {
      if (member.answered?.taskId === taskId) return acknowledge(true);
      return refuse(
        new ProtoNormError(
          'stale-round',
          `Nobody waits for a reply to '${taskId}'; round ${this.#round} is on.`,
          {
            received: round,
            expected: this.#round,
          },
        ),
      );
    }
    if (pending.saving) return; // the same reply twice: one acknowledgement tells it all
    const reply: ClientReply = {
      clientId,
      round,
      ...(evaluation && { evaluation }),
      up: hasUp ? Uint8Array.from(body ?? []) : null,
      metrics,
    };
    try {
      expectReplyTo(pending.task, reply);
      this.#options.checkReply?.(reply, pending.task);
    } catch (error) {
      const told = isProtoNormError(error)
        ? error
        : new ProtoNormError('client-failed', 'The reply could not be checked.', { cause: error });
      refuse(told);
      pending.reject(told);
      return;
    }
    pending.saving = true;
    try {
      await this.#options.replies.saveReply(taskId, reply);
    } catch (error) {
      pending.saving = false;
      refuse(
        isProtoNormError(error)
          ? error
          : new ProtoNormError('connection-lost', 'The reply could not be kept.', {
              cause: error,
              hint: 'Send it again.',
            }),
      );
      return;
    }
    member.answered = { taskId, round };
    acknowledge(false);
    pending.resolve(reply);
  }

  #member(clientId: string): Member {
    let member = this.#members.get(clientId);
    if (member === undefined) {
      member = { connection: undefined, pending: undefined, left: false, answered: undefined };
      this.#members.set(clientId, member);
    }
    return member;
  }

  #tell(event: HostEvent): void {
    this.#options.onEvent?.(event);
  }
}

/** A reply that is kept is never asked for again, so it must be one to its task. @throws `schema-violation` */
function expectReplyTo({ round, train }: ClientTask, { clientId, round: answered, up }: ClientReply): void {
  if (answered === round && (train || up === null)) return;
  throw new ProtoNormError(
    'schema-violation',
    answered === round
      ? `${clientId} has an upload that nobody asked for.`
      : `${clientId} answers a task of round ${round} for round ${answered}.`,
    { received: answered, expected: round },
  );
}
