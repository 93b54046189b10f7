/** Longest time for an answer of the server. */
const LIMIT_MS = 10_000;

/**
 * The text of an address of this origin.
 *
 * @throws `Error` with the reason for people: no answer, or another status than 200
 */
export async function fetchText(path: string, signal: AbortSignal): Promise<string> {
  let response: Response;
  try {
    response = await fetch(path, {
      cache: 'no-store',
      signal: AbortSignal.any([signal, AbortSignal.timeout(LIMIT_MS)]),
    });
  } catch (cause) {
    signal.throwIfAborted();
    throw new Error('The server does not answer.', { cause });
  }
  if (response.status === 404) throw new Error('The server does not know this federation.');
  if (!response.ok) throw new Error(`The server answers with status ${response.status}.`);
  return await response.text();
}
