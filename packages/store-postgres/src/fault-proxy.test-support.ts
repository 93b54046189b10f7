import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** The message by which a client asks for COMMIT. */
const COMMIT = Buffer.from('Q\0\0\0\x0bCOMMIT\0', 'latin1');

/** What happens to the next COMMIT: it is lost, its answer is, or the client is, while the server keeps the connection. */
export type CommitFault = 'lost' | 'answer lost' | 'client lost';

/** A way to the database that breaks when it is told to. */
export interface FaultProxy extends AsyncDisposable {
  readonly url: string;
  /** Connections of clients, now. */
  connections(): number;
  /** Connections of clients, ever. */
  accepted(): number;
  /** Ends all connections. */
  cut(): void;
  /** Ends all connections and refuses new ones until `restore`. */
  refuse(): Promise<void>;
  /** Lets nothing through, in both directions, until `restore`; new connections are taken. */
  hold(): void;
  restore(): Promise<void>;
  breakNextCommit(fault: CommitFault): void;
}

/** Opens a proxy on 127.0.0.1. */
export async function openFaultProxy(target: string): Promise<FaultProxy> {
  const to = new URL(target);
  const clients = new Set<Socket>();
  const upstreams = new Set<Socket>();
  let accepted = 0;
  let held = false;
  let fault: CommitFault | undefined;

  const server = createServer((client) => {
    const upstream = connect(Number(to.port || 5432), to.hostname);
    accepted++;
    clients.add(client);
    upstreams.add(upstream);
    let answerLost = false;
    let keepUpstream = false;
    client.on('close', () => {
      clients.delete(client);
      if (!keepUpstream) upstream.destroy();
    });
    upstream.on('close', () => {
      upstreams.delete(upstream);
      client.destroy();
    });
    client.on('error', () => undefined);
    upstream.on('error', () => undefined);
    client.on('data', (data) => {
      if (held) return;
      if (fault !== undefined && data.includes(COMMIT)) {
        const now = fault;
        fault = undefined;
        if (now === 'lost') return void client.destroy();
        answerLost = true;
        if (now === 'client lost') {
          keepUpstream = true;
          client.destroy();
        }
      }
      upstream.write(data);
    });
    upstream.on('data', (data) => {
      if (held) return;
      if (answerLost) client.destroy();
      else client.write(data);
    });
  });
  const listen = async (port: number): Promise<void> => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  };
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const cut = (): void => {
    for (const socket of [...clients, ...upstreams]) socket.destroy();
  };
  const refuse = async (): Promise<void> => {
    const closed = once(server, 'close');
    server.close();
    cut();
    await closed;
  };
  const from = new URL(target);
  from.host = `127.0.0.1:${port}`;
  return {
    url: from.href,
    connections: () => clients.size,
    accepted: () => accepted,
    cut,
    refuse,
    hold: () => void (held = true),
    async restore() {
      held = false;
      if (!server.listening) await listen(port);
    },
    breakNextCommit: (next) => void (fault = next),
    [Symbol.asyncDispose]: async () => {
      if (server.listening) await refuse();
    },
  };
}
