import { ProtoNormError } from '@protonorm/tensor';

const ALGORITHM = 'Ed25519';

/** The key of a device: its public half is its name at the server. */
export interface DeviceKey {
  /** Public key, base64url, 43 characters. */
  readonly publicKey: string;
  /** Private key as PKCS #8: to be kept on the device alone. */
  readonly privateKey: Uint8Array<ArrayBuffer>;
}

/**
 * Makes a device key: Ed25519 (RFC 8032) by WebCrypto.
 *
 * @throws `backend-unavailable` where the platform has no Ed25519
 * @example
 * ```ts
 * import { createDeviceKey, signHandshake, verifyHandshake } from '@protonorm/protocol';
 * const key = await createDeviceKey();
 * const handshake = { federation: 'digits', nonce: 'AAAA' };
 * const signature = await signHandshake(key, handshake);
 * await verifyHandshake({ publicKey: key.publicKey, signature }, handshake); // => true
 * await verifyHandshake({ publicKey: key.publicKey, signature }, { ...handshake, nonce: 'AAAB' }); // => false
 * ```
 */
export async function createDeviceKey(): Promise<DeviceKey> {
  try {
    const pair = (await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])) as CryptoKeyPair;
    const [publicKey, privateKey] = await Promise.all([
      crypto.subtle.exportKey('raw', pair.publicKey),
      crypto.subtle.exportKey('pkcs8', pair.privateKey),
    ]);
    return { publicKey: toBase64url(new Uint8Array(publicKey)), privateKey: new Uint8Array(privateKey) };
  } catch (cause) {
    throw new ProtoNormError('backend-unavailable', 'This platform cannot make Ed25519 keys.', {
      cause,
      hint: 'Take Node 22.13 or newer, or a browser with Ed25519 in WebCrypto, on https or localhost.',
    });
  }
}

/** What a device signs: rule H3 of SPEC.md. */
export interface Handshake {
  readonly federation: string;
  /** The server's, used once. */
  readonly nonce: string;
}

/** Signs a handshake; base64url. */
export async function signHandshake(key: DeviceKey, handshake: Handshake): Promise<string> {
  const privateKey = await crypto.subtle.importKey('pkcs8', key.privateKey, ALGORITHM, false, ['sign']);
  return toBase64url(new Uint8Array(await crypto.subtle.sign(ALGORITHM, privateKey, signedText(handshake))));
}

/** Whether a handshake was signed by the owner of a public key; false also for what is no key or no signature. */
export async function verifyHandshake(
  signed: { readonly publicKey: string; readonly signature: string },
  handshake: Handshake,
): Promise<boolean> {
  try {
    const raw = fromBase64url(signed.publicKey);
    const publicKey = await crypto.subtle.importKey('raw', raw, ALGORITHM, false, ['verify']);
    return await crypto.subtle.verify(
      ALGORITHM,
      publicKey,
      fromBase64url(signed.signature),
      signedText(handshake),
    );
  } catch {
    return false;
  }
}

/** 32 random bytes, base64url. */
export function createNonce(): string {
  return toBase64url(crypto.getRandomValues(new Uint8Array(32)));
}

function signedText({ federation, nonce }: Handshake): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(new TextEncoder().encode(`protonorm.1|${federation}|${nonce}`));
}

function toBase64url(bytes: Uint8Array): string {
  const base64 = btoa(String.fromCharCode(...bytes));
  return base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function fromBase64url(text: string): Uint8Array<ArrayBuffer> {
  const base64 = text.replaceAll('-', '+').replaceAll('_', '/');
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
