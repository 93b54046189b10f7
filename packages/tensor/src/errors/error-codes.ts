/**
 * Every error code of ProtoNorm with one sentence that says when it is thrown.
 * `docs/error-codes.md` is tested to be equal to this table.
 */
export const errorCodes = {
  'invalid-argument': 'An argument is outside of its documented range.',
  'shape-mismatch': 'An array has another length or shape than its contract says.',
  'not-finite': 'A value that must be finite is NaN or infinite.',
  'zero-vector': 'A vector without a direction (norm 0) cannot be placed on the unit sphere.',
  'unknown-class': 'A class index is not part of the table or outside of 0..classes-1.',
  'infeasible-alignment':
    'The chosen alignment method has no solution for this number of classes and dimensions.',
  'invalid-model': 'A model spec is malformed or its layers do not fit each other or the data.',
  'unsupported-layer': 'A backend does not implement a layer of the model spec.',
  'unknown-backend': 'No backend of this name is known.',
  'backend-unavailable': 'A backend exists but does not work on this machine.',
  'out-of-memory': 'A backend cannot get the memory that a model or a pass needs.',
  disposed: 'An object was used after it had been disposed.',
  'unknown-model': 'No model of this name is known.',
  'unknown-dataset': 'No data set of this name is known.',
  'data-not-found': 'A data file or folder is missing.',
  'data-corrupt': 'A data file is truncated, has a wrong checksum or a malformed content.',
  'download-failed': 'A download could not be finished.',
  'infeasible-partition': 'The partition settings cannot be met with this data.',
  'invalid-partition': 'A partition file is malformed or does not fit the data.',
  'unknown-strategy': 'No strategy of this name is known.',
  'invalid-strategy': 'A strategy definition is malformed or its capabilities are not met by the run.',
  'invalid-hyper': 'A hyperparameter is unknown or outside of its range.',
  'schema-violation': 'A message does not match the schema of its strategy.',
  'message-corrupt': 'Encoded bytes are truncated, have a wrong checksum or a foreign format.',
  'message-too-large': 'A message has more bytes than the receiver allows.',
  'protocol-mismatch':
    'The two sides speak different versions of the protocol, or a message came out of turn.',
  'access-denied':
    'A device has no permission: its token or key is missing, expired, revoked or of another federation.',
  'stale-round': 'An upload is of a round that has ended.',
  'rate-limited': 'A device or address sent more than it may in a time.',
  'connection-lost': 'A connection ended, or was silent for longer than its limit.',
  'invalid-recipe': 'A recipe has an unknown key or a value outside of its range.',
  'invalid-run': 'A run folder or its store is missing, incomplete, in use, or of another version.',
  'store-failed':
    'A store cannot keep or read: its disk is full or broken, or its database does not answer in time.',
  'snapshot-corrupt': 'A snapshot of a run is truncated or malformed.',
  'invalid-golden': 'A golden file has an unknown or malformed format.',
  'quorum-not-reached': 'Fewer clients answered in a round than the quorum asks for.',
  'client-failed': 'A client could not finish its task.',
  'worker-failed': 'A worker thread ended without an answer.',
  timeout: 'Something did not answer within its time limit.',
  diverged: 'Training produced values that are not finite.',
} as const satisfies Record<string, string>;

/** One of the codes of {@link errorCodes}. */
export type ErrorCode = keyof typeof errorCodes;
