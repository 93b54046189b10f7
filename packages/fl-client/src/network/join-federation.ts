import {
  createSystemClock,
  errorHeader,
  MessageConnection,
  PROTOCOL_VERSION,
  signHandshake,
  type Channel,
  type ClientReply,
  type ClientTask,
  type Clock,
  type FrameLimits,
  type MessageHeader,
  type WireMessage,
} from '@protonorm/protocol';
import { createRng, errorFromData, isProtoNormError, ProtoNormError } from '@protonorm/tensor';
import { backoffMs } from './backoff.ts';
import { encodeDeviceRecord, loadDeviceRecord, type DeviceRecord } from './device-record.ts';
import type { DeviceStatus, FederationMember, JoinOptions, Welcome } from './join-options.ts';
import { openWebSocketChannel } from './web-socket-channel.ts';

/** Errors that come again however often one tries. */
const FINAL_CODES = new Set([
  'access-denied',
  'protocol-mismatch',
  'invalid-strategy',
  'schema-violation',
  'message-too-large',
]);
const REPLACED = 4000;
const LIMITS: FrameLimits = { maxFrameBytes: 16 << 20, maxMessageBytes: 1 << 30, maxAssemblies: 4 };

/**
 * Takes part in a federation until it ends: connects, again and again where the connection is lost, trains when asked, and
 * keeps model and last reply, so that neither a crash nor a lost connection trains a round twice.
 *
 * @returns why it is over, in the server's words
 * @throws what the server refuses the device for (`access-denied`, `protocol-mismatch`, `invalid-strategy`, ...),
 *   `snapshot-corrupt` for a store that cannot be read or is of another federation, `connection-lost` when a newer connection
 *   of this device has taken its place, what `open` throws, and the signal's reason
 */
export async function joinFederation(options: JoinOptions): Promise<string> {
  const device = new Device(options, await loadDeviceRecord(options.store, options.federation));
  return device.run();
}

interface Work {
  readonly taskId: string;
  readonly controller: AbortController;
  readonly done: Promise<void>;
}

class Device {
  readonly #options: JoinOptions;
  readonly #clock: Clock;
  readonly #stop = new AbortController();
  #record: DeviceRecord;
  #member: Promise<FederationMember> | undefined;
  #connection: MessageConnection | undefined;
  #work: Work | undefined;
  #outcome: { readonly reason: string } | { readonly error: unknown } | undefined;

  constructor(options: JoinOptions, record: DeviceRecord) {
    this.#options = options;
    this.#record = record;
    this.#clock = options.clock ?? createSystemClock();
  }

  async run(): Promise<string> {
    const { signal, backoff = { firstMs: 500, mostMs: 30_000 } } = this.#options;
    // Of its own for each device, so that those that were lost together do not come back together.
    const rng = createRng(this.#record.key.publicKey).split('backoff');
    const onAbort = (): void => this.#end({ error: signal.reason });
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    try {
      for (let attempt = 0; this.#outcome === undefined;) {
        this.#tell({ type: 'connecting', attempt });
        const { joined, reason } = await this.#connectOnce();
        if (this.#outcome !== undefined) break;
        attempt = joined ? 0 : attempt + 1;
        const againInMs = backoffMs(attempt, backoff, rng);
        this.#tell({ type: 'disconnected', reason, againInMs });
        await this.#wait(againInMs);
      }
    } finally {
      signal.removeEventListener('abort', onAbort);
      this.#work?.controller.abort(new Error('The device has ended.'));
      await this.#work?.done.catch(() => undefined);
    }
    if ('error' in this.#outcome) throw this.#outcome.error;
    return this.#outcome.reason;
  }

  /** One connection from its beginning to its end. */
  async #connectOnce(): Promise<{ readonly joined: boolean; readonly reason: string }> {
    const { connect = openWebSocketChannel, silenceMs = 30_000 } = this.#options;
    const attempt = AbortSignal.any([this.#stop.signal, AbortSignal.timeout(silenceMs)]);
    let channel: Channel;
    try {
      channel = await connect(this.#address(), { signal: attempt });
    } catch (error) {
      return { joined: false, reason: error instanceof Error ? error.message : String(error) };
    }
    return new Promise((resolve) => {
      let joined = false;
      let forget = (): void => {};
      const connection = new MessageConnection({
        channel,
        limits: LIMITS,
        silenceMs,
        clock: this.#clock,
        onMessage: (message) => {
          if (message.type === 'welcome') {
            joined = true;
            const { maxFrameBytes, silenceMs: limit } = message.header;
            connection.adopt({ sendFrameBytes: maxFrameBytes, silenceMs: limit });
            this.#connection = connection;
          }
          this.#onMessage(message, connection);
        },
        onEnd: ({ code, reason }, error) => {
          forget();
          if (this.#connection === connection) this.#connection = undefined;
          if (code === REPLACED)
            this.#end({
              error: new ProtoNormError(
                'connection-lost',
                'A newer connection of this device has taken its place.',
                {
                  hint: 'Run one process for each store.',
                },
              ),
            });
          resolve({ joined, reason: error?.message ?? (reason || `closed (${code})`) });
        },
      });
      const onStop = (): void => connection.close(1000, 'the device has ended');
      this.#stop.signal.addEventListener('abort', onStop, { once: true });
      forget = () => this.#stop.signal.removeEventListener('abort', onStop);
      if (this.#stop.signal.aborted) onStop();
    });
  }

  #address(): string {
    const url = new URL(this.#options.url);
    url.protocol = url.protocol.replace('http', 'ws');
    url.pathname = `${url.pathname.replace(/\/$/, '')}/federations/${encodeURIComponent(this.#options.federation)}/connect`;
    return url.href;
  }

  #onMessage(message: WireMessage, connection: MessageConnection): void {
    switch (message.type) {
      case 'challenge':
        this.#sayHello(message.header, connection).catch((error: unknown) => this.#end({ error }));
        return;
      case 'welcome':
        this.#onWelcome({ ...message.header, shared: Uint8Array.from(message.body ?? []) });
        return;
      case 'task':
        this.#onTask(message.header, message.body);
        return;
      case 'cancel':
        if (this.#work?.taskId === message.header.task)
          this.#work.controller.abort(
            new ProtoNormError('timeout', 'The round has ended without this device.'),
          );
        return;
      case 'acknowledge':
        if (this.#record.last?.taskId === message.header.task)
          this.#tell({ type: 'acknowledged', round: this.#record.last.reply.round });
        return;
      case 'leave':
        this.#end({ reason: message.header.reason });
        return;
      case 'error':
        this.#onError(message.header);
        return;
      default:
        throw new ProtoNormError('protocol-mismatch', `A server may not send '${message.type}'.`);
    }
  }

  async #sayHello(
    { protocol, nonce }: MessageHeader<'challenge'>,
    connection: MessageConnection,
  ): Promise<void> {
    const { federation, strategies, token, software = '@protonorm/fl-client' } = this.#options;
    if (protocol !== PROTOCOL_VERSION) {
      const error = new ProtoNormError(
        'protocol-mismatch',
        `The server speaks version ${protocol} of the protocol, this device ${PROTOCOL_VERSION}.`,
        { received: protocol, expected: PROTOCOL_VERSION, hint: 'Install the same version on both sides.' },
      );
      this.#end({ error });
      return;
    }
    const { key, clientId = this.#options.clientId } = this.#record;
    const signature = await signHandshake(key, { federation, nonce });
    connection.send({
      type: 'hello',
      header: {
        protocol,
        federation,
        strategies: [...strategies],
        software,
        ...(clientId !== undefined && { clientId }),
        ...(token !== undefined && { token }),
        device: { key: key.publicKey, signature },
      },
    });
  }

  #onWelcome(welcome: Welcome): void {
    const { clientId, round, rounds } = welcome;
    this.#record = { ...this.#record, clientId };
    this.#tell({ type: 'joined', clientId, round, rounds });
    this.#member ??= this.#open(welcome);
    this.#member.catch((error: unknown) => this.#end({ error }));
  }

  async #open(welcome: Welcome): Promise<FederationMember> {
    const member = await this.#options.open(welcome, { signal: this.#stop.signal });
    if (this.#record.member !== undefined) await member.restore(this.#record.member);
    else this.#record = { ...this.#record, member: await member.save() };
    return member;
  }

  #onTask(
    { task: taskId, round, strategy, evaluate, train, hasDown }: MessageHeader<'task'>,
    body?: Uint8Array,
  ): void {
    const { last } = this.#record;
    if (last?.taskId === taskId) {
      this.#sendReply(taskId, last.reply);
      return;
    }
    const before = this.#work;
    // It is being done; the answer goes to the connection there is then. One that was cancelled is done anew.
    if (before?.taskId === taskId && !before.controller.signal.aborted) return;
    before?.controller.abort(new ProtoNormError('timeout', 'Another task has come.'));
    const controller = new AbortController();
    const down = hasDown ? Uint8Array.from(body ?? []) : null;
    const task: ClientTask = { strategy, round, down, evaluate, train };
    const done = (before?.done ?? Promise.resolve())
      .catch(() => undefined)
      .then(() => this.#do(taskId, task, controller.signal));
    const work: Work = { taskId, controller, done };
    this.#work = work;
    done.then(
      () => {
        if (this.#work === work) this.#work = undefined;
      },
      (error: unknown) => this.#end({ error }),
    );
  }

  /** Does a task, keeps what comes of it, and answers. */
  async #do(taskId: string, task: ClientTask, signal: AbortSignal): Promise<void> {
    const member = await this.#member!;
    const { round, train } = task;
    if (signal.aborted) return;
    this.#tell({ type: 'working', round, train });
    let reply: ClientReply;
    try {
      reply = await member.handle(task, { signal });
      signal.throwIfAborted();
    } catch (error) {
      // As it was before, so that the same task gives the same bits when it comes again.
      await member.restore(this.#record.member!);
      if (!signal.aborted) this.#sendFailure(taskId, round, error);
      return;
    }
    const state = await member.save();
    this.#record = { ...this.#record, last: { taskId, reply }, member: state };
    await this.#options.store.save(encodeDeviceRecord(this.#record));
    this.#sendReply(taskId, reply);
  }

  #sendReply(taskId: string, reply: ClientReply): void {
    const { round, evaluation, metrics, up } = reply;
    this.#connection?.send({
      type: 'reply',
      header: { task: taskId, round, ...(evaluation && { evaluation }), metrics, hasUp: up !== null },
      ...(up !== null && { body: up }),
    });
    this.#tell({ type: 'answered', round, bytesUp: up?.length ?? 0 });
  }

  #sendFailure(taskId: string, round: number, error: unknown): void {
    const told = isProtoNormError(error)
      ? errorHeader(error, { fatal: false })
      : { code: undefined, message: String(error).slice(0, 4096), hint: undefined };
    this.#connection?.send({
      type: 'failed',
      header: {
        task: taskId,
        round,
        ...(told.code !== undefined && { code: told.code }),
        message: told.message,
        ...(told.hint !== undefined && { hint: told.hint }),
      },
    });
  }

  #onError({ code, message, hint, fatal }: MessageHeader<'error'>): void {
    const error = errorFromData({
      name: 'ProtoNormError',
      message,
      code: code as never,
      ...(hint !== undefined && { hint }),
    }) as ProtoNormError;
    this.#tell({ type: 'refused', error });
    if (fatal && FINAL_CODES.has(code)) this.#end({ error });
  }

  #end(outcome: { readonly reason: string } | { readonly error: unknown }): void {
    if (this.#outcome !== undefined) return;
    this.#outcome = outcome;
    this.#stop.abort(new Error('The device has ended.'));
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#clock.after(ms, resolve);
      this.#stop.signal.addEventListener(
        'abort',
        () => {
          cancel();
          resolve();
        },
        { once: true },
      );
      if (this.#stop.signal.aborted) resolve();
    });
  }

  #tell(status: DeviceStatus): void {
    this.#options.onStatus?.(status);
  }
}
