export { decodeSafetensors, type DecodeOptions, type SafetensorFile } from './decode.ts';
export type { Safetensor, SafetensorArrays, SafetensorDtype } from './dtype.ts';
export { encodeSafetensors, type EncodeOptions } from './encode.ts';
