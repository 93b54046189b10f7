export { openFileStore, type FileStore, type FileStoreOptions } from './run-folder/file-store.ts';
export { decodeTables, encodeTables } from '@protonorm/protocol/store-kit';
