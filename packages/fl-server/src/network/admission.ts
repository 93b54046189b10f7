import type { MessageHeader } from '@protonorm/protocol';
import { ProtoNormError } from '@protonorm/tensor';

/** A device that has shown that it owns its key. */
export interface Applicant {
  /** Public key, base64url. */
  readonly key: string;
  readonly hello: MessageHeader<'hello'>;
  /** Address of the other side. */
  readonly peer: string;
}

/** Who may take part, and as whom. */
export interface Admission {
  /**
   * The client id of a device: the same whenever it comes.
   *
   * @throws `access-denied`
   */
  admit(applicant: Applicant): Promise<string>;
}

/** How devices are admitted by {@link createAdmission}. */
export interface AdmissionOptions {
  /** Ids to give out; a device gets the one that it wishes for, or the first that is free. */
  readonly clientIds: readonly string[];
  /** What a device must know to be enrolled; left out = nothing. */
  readonly token?: string;
  /** Devices that were enrolled before: client id by public key. */
  readonly enrolled?: ReadonlyMap<string, string>;
  /** Keeps an enrolment; durable when it resolves. */
  readonly onEnrolled?: (clientId: string, key: string) => Promise<void>;
}

/**
 * Admits as many devices as there are ids, each by its key: whoever comes first has the id, and keeps it.
 *
 * @example
 * ```ts
 * import { createAdmission } from '@protonorm/fl-server';
 * const admission = createAdmission({ clientIds: ['ann', 'bob'] });
 * const hello = { protocol: 1, federation: 'f', strategies: [], software: 'x' };
 * await admission.admit({ key: 'A', peer: 'x', hello: { ...hello, clientId: 'bob' } }); // => 'bob'
 * await admission.admit({ key: 'B', peer: 'x', hello }); // => 'ann'
 * await admission.admit({ key: 'A', peer: 'x', hello }); // => 'bob'
 * ```
 */
export function createAdmission(options: AdmissionOptions): Admission {
  const { clientIds, token, enrolled = new Map<string, string>(), onEnrolled } = options;
  const byKey = new Map(enrolled);
  const taken = new Set(byKey.values());
  return {
    async admit({ key, hello }) {
      const known = byKey.get(key);
      if (known !== undefined) return expectWish(known, hello.clientId);
      if (token !== undefined && hello.token !== token)
        throw denied(hello.token === undefined ? 'No token was given' : 'The token is not the right one');
      const wished = hello.clientId;
      if (wished !== undefined && !clientIds.includes(wished))
        throw denied(`There is no place for a client '${wished}'`);
      if (wished !== undefined && taken.has(wished))
        throw denied(
          `The client '${wished}' is another device`,
          'Join without an id, or with the key of that device.',
        );
      const clientId = wished ?? clientIds.find((id) => !taken.has(id));
      if (clientId === undefined) throw denied(`All ${clientIds.length} places are taken`);
      byKey.set(key, clientId); // before waiting: two devices must not get one id
      taken.add(clientId);
      try {
        await onEnrolled?.(clientId, key);
      } catch (error) {
        byKey.delete(key);
        taken.delete(clientId);
        throw error;
      }
      return clientId;
    },
  };
}

function expectWish(clientId: string, wished: string | undefined): string {
  if (wished === undefined || wished === clientId) return clientId;
  throw denied(`This device is the client '${clientId}', not '${wished}'`);
}

function denied(problem: string, hint = 'Ask who runs the federation.'): ProtoNormError {
  return new ProtoNormError('access-denied', `${problem}.`, { hint });
}
