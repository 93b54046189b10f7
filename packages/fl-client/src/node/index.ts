export { createFileDeviceStore } from './file-device-store.ts';
