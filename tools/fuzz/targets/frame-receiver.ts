import { encodeWireMessage, FrameReceiver, splitFrame, type WireMessage } from '@protonorm/protocol';
import type { Rng } from '@protonorm/tensor';
import { BrokenLaw, MESSAGE_ERRORS, type FuzzTarget } from '../fuzz-target.ts';
import { mutateBytes, pick } from '../mutate-bytes.ts';
import { strangeWireFrame } from '../wire-bytes.ts';

const LIMITS = { maxFrameBytes: 4096, maxMessageBytes: 1 << 16, maxAssemblies: 2 };

/** A sequence of frames with long messages in parts, in order or not. */
function draw(rng: Rng): readonly Uint8Array[] {
  const queues = Array.from({ length: 1 + rng.integer(2) }, (_, message) => [
    ...splitFrame(encodeWireMessage(longReply(rng)), { maxFrameBytes: 1024, message }),
  ]);
  const frames: Uint8Array[] = [];
  for (let left = queues; left.length > 0; left = queues.filter(({ length }) => length > 0))
    frames.push(pick(rng, left).shift()!);
  for (let n = rng.integer(3); n > 0 && frames.length > 0; n--) disturb(frames, rng);
  return frames;
}

function longReply(rng: Rng): WireMessage {
  const body = new Uint8Array(1000 + rng.integer(2500)).fill(rng.integer(256));
  return { type: 'reply', header: { task: 't', round: 1, metrics: {}, hasUp: true }, body };
}

function disturb(frames: Uint8Array[], rng: Rng): void {
  const at = rng.integer(frames.length);
  switch (rng.integer(6)) {
    case 0:
      frames.splice(at, 1);
      return;
    case 1:
      frames.splice(at, 0, pick(rng, frames));
      return;
    case 2:
      frames.push(...frames.splice(at, 1));
      return;
    case 3:
      frames.splice(at, 0, strangeWireFrame(rng));
      return;
    case 4:
      frames[at] = mutateBytes(frames[at], rng, pick(rng, frames));
      return;
    default:
      frames[at] = strangePart(rng);
  }
}

/** A part that claims anything. */
function strangePart(rng: Rng): Uint8Array {
  const number = (): number =>
    pick(rng, [0, 1, 2, 3, rng.integer(10), rng.integer(10_000), 2 ** 31, Number.MAX_SAFE_INTEGER]);
  const header = { message: rng.integer(3), index: number(), count: Math.max(2, number()), bytes: number() };
  const size = pick(rng, [0, 1, 511, 512, 864, rng.integer(2000)]);
  return encodeWireMessage({ type: 'part', header, body: new Uint8Array(size) });
}

/** `FrameReceiver`: keeps no more than came and than its limits, and nothing behind an error. */
export const frameReceiverTarget: FuzzTarget = {
  name: 'FrameReceiver',
  codes: MESSAGE_ERRORS,
  draw,
  take(frames) {
    const receiver = new FrameReceiver(LIMITS);
    let came = 0;
    for (const frame of frames) {
      came += frame.length;
      let message: WireMessage | undefined;
      try {
        message = receiver.receive(frame);
      } catch (error) {
        if (receiver.pendingBytes !== 0)
          throw new BrokenLaw('Something is kept behind an error.', { cause: error });
        throw error;
      }
      if (message?.type === 'part') throw new BrokenLaw('A part came out.');
      if (receiver.pendingBytes > Math.min(came, LIMITS.maxAssemblies * LIMITS.maxMessageBytes))
        throw new BrokenLaw(`${receiver.pendingBytes} bytes are kept of ${came}.`);
    }
  },
};
