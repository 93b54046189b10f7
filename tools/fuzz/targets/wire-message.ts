import { isDeepStrictEqual } from 'node:util';
import { decodeWireMessage, encodeWireMessage } from '@protonorm/protocol';
import { BrokenLaw, MESSAGE_ERRORS, type FuzzTarget } from '../fuzz-target.ts';
import { strangeWireFrame } from '../wire-bytes.ts';

/** `decodeWireMessage` of single frames: what is accepted travels again, but for -0 (rule W9). */
export const wireMessageTarget: FuzzTarget = {
  name: 'decodeWireMessage',
  codes: MESSAGE_ERRORS,
  draw: (rng) => [strangeWireFrame(rng)],
  take([frame]) {
    const message = decodeWireMessage(frame);
    const { body } = message;
    if (body !== undefined && body.buffer !== frame.buffer) throw new BrokenLaw('The body is a copy.');
    let again;
    try {
      again = encodeWireMessage(message);
    } catch (cause) {
      throw new BrokenLaw('What was accepted cannot be sent.', { cause });
    }
    // Compared as text, where -0 is 0.
    const { type, header, body: bodyAgain } = decodeWireMessage(again);
    if (type !== message.type || !isDeepStrictEqual(bodyAgain, body && new Uint8Array(body)))
      throw new BrokenLaw('What was accepted is read as another message the second time.');
    if (JSON.stringify(header) !== JSON.stringify(message.header))
      throw new BrokenLaw('What was accepted has another header the second time.');
  },
};
