import { PROTOCOL_VERSION, verifyHandshake, type MessageHeader } from '@protonorm/protocol';
import { ProtoNormError } from '@protonorm/tensor';
import type { Admission } from './admission.ts';

/**
 * The client id of a device that says hello: rules H3 and H4 of SPEC.md.
 *
 * @throws `protocol-mismatch`, `access-denied`, `invalid-strategy`
 */
export async function admitDevice(
  hello: MessageHeader<'hello'>,
  by: {
    readonly federation: string;
    readonly strategy: string;
    readonly admission: Admission;
    readonly nonce: string;
    readonly peer: string;
  },
): Promise<string> {
  const { federation, strategy, admission, nonce, peer } = by;
  if (hello.protocol !== PROTOCOL_VERSION)
    throw new ProtoNormError(
      'protocol-mismatch',
      `The device speaks version ${hello.protocol} of the protocol.`,
      {
        received: hello.protocol,
        expected: PROTOCOL_VERSION,
        hint: 'Install the same version on both sides.',
      },
    );
  if (hello.federation !== federation)
    throw new ProtoNormError('access-denied', `There is no federation '${hello.federation}' here.`, {
      received: hello.federation,
    });
  if (!hello.strategies.includes(strategy))
    throw new ProtoNormError('invalid-strategy', `The device does not have ${strategy}.`, {
      received: hello.strategies,
      expected: strategy,
      hint: 'Install the same version of the strategy on both sides.',
    });
  const { device } = hello;
  const shown =
    device !== undefined &&
    (await verifyHandshake({ publicKey: device.key, signature: device.signature }, { federation, nonce }));
  if (!shown)
    throw new ProtoNormError('access-denied', 'The device did not sign the handshake with its key.', {
      hint: 'Make a key by createDeviceKey and keep it on the device.',
    });
  return admission.admit({ key: device.key, hello, peer });
}
