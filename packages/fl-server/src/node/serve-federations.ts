import websocket from '@fastify/websocket';
import { encodeWireMessage, errorHeader } from '@protonorm/protocol';
import { isProtoNormError, ProtoNormError } from '@protonorm/tensor';
import type { AddressInfo } from 'node:net';
import fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify';
import type { WebSocket } from 'ws';
import type { LiveFeed } from '../live/live-feed.ts';
import type { FederationHost } from '../network/federation-host.ts';
import { addLiveApi } from './live-api.ts';
import { securityHeaders } from './security-headers.ts';
import { socketChannel } from './socket-channel.ts';
import { addAssets, type Asset } from './static-assets.ts';

const SUBPROTOCOL = 'protonorm.1';
/** Names of federations have up to 1,000 bytes, each of them up to three characters in an address. */
const MOST_NAME_CHARACTERS = 3000;

/** How federations are served. */
export interface ServeOptions {
  readonly federations: readonly FederationHost[];
  /** @defaultValue '127.0.0.1': this machine alone */
  readonly host?: string;
  /** 0 = any that is free. @defaultValue 8787 */
  readonly port?: number;
  /** Structured logs, as of Fastify (pino). @defaultValue none */
  readonly logger?: FastifyServerOptions['logger'];
  /** Most bytes of a frame that is read at all. @defaultValue 1 MiB */
  readonly maxFrameBytes?: number;
  /**
   * What pages may follow, by name of the federation, at `/api/federations`: for anybody who reaches the server.
   * @defaultValue none
   */
  readonly feeds?: ReadonlyMap<string, LiveFeed>;
  /** Files of a page, by path under `/`; `index.html` is `/` itself. @defaultValue none */
  readonly assets?: ReadonlyMap<string, Asset>;
}

/** A server that runs. */
export interface FederationServer extends AsyncDisposable {
  /** `http://host:port` */
  readonly url: string;
  /** For routes of one's own, before they are asked for. */
  readonly app: FastifyInstance;
  /** Ends connections in order, so that devices come back later, then the server. */
  close(): Promise<void>;
}

/**
 * Serves federations over WebSocket, with health for whoever watches the process, and a page for whoever follows a run.
 *
 * @throws `invalid-argument` for two federations of one name, or a port that is taken
 */
export async function serveFederations(options: ServeOptions): Promise<FederationServer> {
  const { federations, host = '127.0.0.1', port = 8787, logger = false, maxFrameBytes = 1 << 20 } = options;
  const { feeds = new Map(), assets = new Map() } = options;
  const hosts = new Map(federations.map((federation) => [federation.name, federation]));
  if (hosts.size < federations.length)
    throw new ProtoNormError('invalid-argument', 'Two federations have the same name.', {
      received: federations.map(({ name }) => name),
    });
  const app = fastify({
    logger,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: MOST_NAME_CHARACTERS },
  });
  app.addHook('onRequest', async (_request, reply) => void reply.headers(securityHeaders));
  await app.register(websocket, {
    options: {
      maxPayload: maxFrameBytes,
      perMessageDeflate: false, // tensors do not get smaller
      handleProtocols: (protocols) => (protocols.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
    },
  });
  app.get<{ Params: { name: string } }>(
    '/federations/:name/connect',
    { websocket: true },
    (socket, { params, ip }) => {
      const federation = hosts.get(params.name);
      if (federation === undefined) return refuseStranger(socket, params.name);
      if (socket.protocol !== SUBPROTOCOL) return socket.close(1002, `subprotocol ${SUBPROTOCOL} is needed`);
      federation.connect(socketChannel(socket, ip));
    },
  );
  app.get('/health', async () => ({
    status: 'ok',
    federations: federations.map((federation) => ({
      name: federation.name,
      clients: federation.clients().length,
      connected: federation.connected().length,
    })),
  }));
  addLiveApi(app, feeds);
  addAssets(app, assets);
  try {
    await app.listen({ host, port });
  } catch (cause) {
    await app.close();
    throw listenError(cause, host, port);
  }
  const address = app.addresses()[0] as AddressInfo;
  const named = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  const close = async (): Promise<void> => {
    for (const federation of federations) federation.suspend();
    await app.close();
  };
  return { url: `http://${named}:${address.port}`, app, close, [Symbol.asyncDispose]: close };
}

/** Tells a device that its federation is not here: it would come again for ever. */
function refuseStranger(socket: WebSocket, name: string): void {
  const error = new ProtoNormError('access-denied', `There is no federation '${name.slice(0, 128)}' here.`, {
    hint: 'GET /health lists those that there are.',
  });
  socket.send(encodeWireMessage({ type: 'error', header: errorHeader(error, { fatal: true }) }));
  socket.close(1008, error.code);
}

function listenError(cause: unknown, host: string, port: number): unknown {
  if (isProtoNormError(cause) || !(cause instanceof Error) || !('code' in cause)) return cause;
  const hints: Record<string, string> = {
    EADDRINUSE: 'Another process listens there: choose another port, or 0 for any that is free.',
    EACCES: 'Ports below 1024 need rights: choose a higher one.',
    EADDRNOTAVAIL: 'This machine has no such address: choose 127.0.0.1 or 0.0.0.0.',
  };
  const hint = hints[String(cause.code)];
  if (hint === undefined) return cause;
  return new ProtoNormError('invalid-argument', `The server cannot listen on ${host}:${port}.`, {
    received: port,
    cause,
    hint,
  });
}
