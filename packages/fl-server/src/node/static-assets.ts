import { createHash } from 'node:crypto';
import { ProtoNormError } from '@protonorm/tensor';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { sendError } from './live-api.ts';

/** A file of a page as it is sent. */
export interface Asset {
  /** Content type. */
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** Serves a page from memory: a path is a key or nothing, no file is looked up. `/` is `index.html`. */
export function addAssets(app: FastifyInstance, assets: ReadonlyMap<string, Asset>): void {
  const files = new Map(
    Array.from(assets, ([path, { type, bytes }]) => {
      const hash = createHash('sha256').update(bytes).digest('base64url');
      return [path, { type, body: Buffer.from(bytes), tag: `"${hash}"` }];
    }),
  );
  const send = (path: string, known: string | undefined, reply: FastifyReply): FastifyReply => {
    const file = files.get(path);
    if (file === undefined)
      return sendError(reply, 404, new ProtoNormError('data-not-found', 'There is no such page.'));
    if (file.type.startsWith('text/html'))
      return reply.header('cache-control', 'no-store').type(file.type).send(file.body);
    // Names stay the same from version to version: kept, but asked for each time.
    reply.header('cache-control', 'no-cache').header('etag', file.tag);
    return known === file.tag ? reply.code(304).send() : reply.type(file.type).send(file.body);
  };
  app.get('/', ({ headers }, reply) => send('index.html', headers['if-none-match'], reply));
  app.get<{ Params: { '*': string } }>('/*', ({ params, headers }, reply) =>
    send(params['*'], headers['if-none-match'], reply),
  );
}
