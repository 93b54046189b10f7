import { createRng, isProtoNormError } from '@protonorm/tensor';
import { ConformanceError } from '@protonorm/tensor/testkit';
import { isMessageError, type MessageCodec } from '../../schema/codec.ts';
import type { MessageSchema } from '../../schema/field.ts';
import { messageBytes } from '../../schema/message-bytes.ts';
import { axisSizes } from '../../strategy/axis-sizes.ts';
import {
  expectSame,
  expectThat,
  needsEveryone,
  sendsNothing,
  type CheckContext,
  type StrategyCheck,
} from '../check.ts';
import { differenceOf } from '../runner/difference.ts';
import { brokenFrames, sealed, strangeFrames } from '../runner/broken-frames.ts';
import { expectFiniteRun } from '../runner/finite-run.ts';
import { codecsOf, type PlainRun } from '../runner/plain-federation.ts';

/** What travels, and what is kept out. */
export function messageChecks(): StrategyCheck[] {
  return [
    {
      name: 'messages/match their schema',
      async run({ baseline }) {
        try {
          await baseline();
        } catch (error) {
          if (!isProtoNormError(error, 'schema-violation')) throw error;
          throw new ConformanceError(`A message does not match its schema. ${error.message}`);
        }
      },
    },
    {
      name: 'messages/have the size that the schema predicts',
      async run({ strategy, baseline }) {
        const { rounds } = await baseline();
        rounds.forEach(({ uploads, bytesUp, down }, round) => {
          for (const [id, bytes] of bytesUp) {
            const predicted = messageBytes(strategy.up as MessageSchema, uploads.get(id)!);
            expectThat(
              bytes === predicted,
              `The upload of ${id} in round ${round} has ${bytes} bytes, not ${predicted}.`,
            );
          }
          const { bytesDown } = rounds[round + 1] ?? {};
          if (down === undefined || bytesDown === undefined) return;
          const predicted = messageBytes(strategy.down as MessageSchema, down);
          expectThat(
            bytesDown === predicted,
            `The download behind round ${round} has ${bytesDown} bytes, not ${predicted}.`,
          );
        });
      },
    },
    {
      name: 'messages/broken uploads are refused',
      inapplicable: sendsNothing,
      async run(context) {
        const { codec, upload } = await anUpload(context);
        const schema = context.strategy.up as MessageSchema;
        for (const { how, bytes } of brokenFrames(schema, upload)) {
          let thrown: unknown;
          try {
            codec.decode(bytes);
          } catch (error) {
            thrown = error;
          }
          expectThat(isMessageError(thrown), `An upload that ${how} gives ${String(thrown ?? 'no error')}.`);
        }
        let thrown: unknown;
        try {
          codec.encode({ ...upload, undeclared: 1 });
        } catch (error) {
          thrown = error;
        }
        expectThat(isProtoNormError(thrown, 'schema-violation'), 'An undeclared field can be sent.');
      },
    },
    {
      name: 'messages/broken uploads change nothing',
      inapplicable: sendsNothing,
      async run(context) {
        const { upload } = await anUpload(context);
        const broken = brokenFrames(context.strategy.up as MessageSchema, upload);
        const victim = (tamper: (round: number) => Uint8Array | undefined): Promise<PlainRun> =>
          context.run({
            tamper: (bytes, { round, clientId }) => (clientId === 'b' && round >= 1 ? tamper(round) : bytes),
          });
        const lost = await victim(() => undefined);
        const refused = await victim((round) => broken[round % broken.length].bytes);
        const kept = ({ rounds, clients, evaluation }: PlainRun): unknown => ({
          clients,
          evaluation,
          rounds: rounds.map(({ contributed, state, down }) => ({ contributed, state, down })),
        });
        expectSame(
          differenceOf(kept(lost), kept(refused)),
          'A broken upload has another effect than one that is lost on its way',
        );
        const codes = refused.rounds.slice(1).map(({ rejected }) => rejected.b);
        expectThat(
          codes.every((code) => code !== undefined),
          `Broken uploads were not all refused: ${codes.join(', ')}.`,
        );
      },
    },
    {
      name: 'messages/strange uploads do not stop the others',
      inapplicable: sendsNothing,
      async run(context) {
        const { upload } = await anUpload(context);
        for (const { how, bytes } of strangeFrames(context.strategy.up as MessageSchema, upload)) {
          try {
            const result = await context.run({
              until: 3,
              // Alone at first, so that nothing hides behind a mean.
              ...(needsEveryone(context.strategy) === undefined && {
                select: (round: number, ids: readonly string[]) => (round === 0 ? ['a'] : ids),
              }),
              tamper: (good, { round, clientId }) => (clientId === 'a' && round < 2 ? bytes : good),
            });
            expectFiniteRun(result);
          } catch (error) {
            throw new ConformanceError(
              `One client's upload that keeps to the schema but ${how} stops the federation: ${String(error)}`,
              { cause: error },
            );
          }
        }
      },
    },
    {
      name: 'messages/random damage gives message errors alone',
      inapplicable: sendsNothing,
      async run(context) {
        const { codec, upload } = await anUpload(context);
        const good = codec.encode(upload);
        const rng = createRng('damage');
        for (let attempt = 0; attempt < 300; attempt++) {
          const bytes = good.slice();
          const at = 8 + rng.integer(bytes.length - 8);
          const value = attempt % 3 === 0 ? 255 : rng.integer(256);
          bytes.fill(value, at, at + (attempt % 2 === 0 ? 4 : 1));
          try {
            codec.decode(sealed(bytes));
          } catch (error) {
            expectThat(isMessageError(error), `A damaged upload gives ${String(error)}.`);
          }
        }
      },
    },
  ];
}

/** The first upload of a run, and the codec of uploads at the server. */
async function anUpload({ strategy, hyper, toy, baseline }: CheckContext): Promise<{
  readonly codec: MessageCodec<MessageSchema>;
  readonly upload: Readonly<Record<string, unknown>>;
}> {
  const { federation } = toy();
  const codec = codecsOf(strategy, axisSizes(strategy, { federation, hyper }), federation).up;
  const { rounds } = await baseline();
  const upload = rounds.flatMap(({ uploads }) => [...uploads.values()]).find((given) => given !== null);
  expectThat(
    upload !== undefined && upload !== null,
    'No client uploaded anything, although the schema has fields.',
  );
  return { codec, upload };
}
