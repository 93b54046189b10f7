export { isCovered, recordedEvent } from './run/recorded-event.ts';
export {
  checkAuditEntry,
  checkDevice,
  checkName,
  checkPage,
  checkRound,
  checkStoredReply,
} from './store/check-stored.ts';
export { createGroupCommit, type GroupCommit, type GroupCommitOptions } from './store/group-commit.ts';
export { decodeTables, encodeTables } from './store/prototype-tables.ts';
export { decodeReplyRecord, encodeReplyRecord } from './store/reply-record.ts';
export { compareTexts } from './store/text-order.ts';
