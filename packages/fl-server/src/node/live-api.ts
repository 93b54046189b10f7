import { encodeLiveState } from '@protonorm/protocol';
import { ProtoNormError } from '@protonorm/tensor';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { LiveFeed } from '../live/live-feed.ts';
import { EventStreams } from './event-streams.ts';
import { securityHeaders } from './security-headers.ts';

/** Routes of feeds: their list, the state of each, and its events. */
export function addLiveApi(app: FastifyInstance, feeds: ReadonlyMap<string, LiveFeed>): void {
  const streams = new EventStreams();
  app.addHook('preClose', () => streams.close());
  const json = (reply: FastifyReply, text: string): FastifyReply =>
    reply.header('cache-control', 'no-store').type('application/json; charset=utf-8').send(text);

  app.get('/api/federations', (_request, reply) =>
    json(reply, JSON.stringify([...feeds.values()].map((feed) => feed.federation()))),
  );
  app.get<{ Params: { name: string } }>('/api/federations/:name', ({ params }, reply) => {
    const feed = feeds.get(params.name);
    return feed === undefined
      ? sendError(reply, 404, unknownFederation(params.name, feeds))
      : json(reply, encodeLiveState(feed.state()));
  });
  app.get<{ Params: { name: string } }>(
    '/api/federations/:name/events',
    { exposeHeadRoute: false }, // it would not end
    ({ params }, reply) => {
      const feed = feeds.get(params.name);
      if (feed === undefined) return sendError(reply, 404, unknownFederation(params.name, feeds));
      if (streams.full)
        return sendError(
          reply.header('retry-after', '30'),
          503,
          new ProtoNormError('rate-limited', 'As many pages follow federations here as may.', {
            hint: 'Close one, or try again later.',
          }),
        );
      reply.hijack();
      streams.watch(feed, reply.raw, securityHeaders);
      return reply;
    },
  );
}

/** An error as JSON, without what only the server should see. */
export function sendError(reply: FastifyReply, status: number, error: ProtoNormError): FastifyReply {
  const { code, message } = error;
  return reply.code(status).header('cache-control', 'no-store').send({ code, message });
}

function unknownFederation(name: string, feeds: ReadonlyMap<string, LiveFeed>): ProtoNormError {
  return new ProtoNormError('invalid-argument', `There is no federation '${name}' here.`, {
    received: name,
    expected: [...feeds.keys()],
  });
}
