import type { TensorInfo } from '@tensorflow/tfjs-core';

/** An attribute of a TensorFlow operation. */
export interface NativeAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: boolean | number | string | readonly number[];
}

/** The native part of tfjs-node, which it shows only in part: TensorFlow's C interface, tensors by number. */
export interface NativeBinding {
  createTensor(shape: readonly number[], dtype: number, values: Float32Array | Int32Array): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): Float32Array;
  executeOp(
    operation: string,
    attributes: readonly NativeAttribute[],
    inputs: readonly number[],
    outputs: number,
  ): readonly { readonly id: number; readonly shape: number[]; readonly dtype: number }[];
  readonly TF_FLOAT: number;
  readonly TF_INT32: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_FLOAT: number;
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_STRING: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_Version: string;
}

/** What tfjs-node knows of a tensor: numbers that wait for their first use, or a native tensor. */
interface NativeRecord {
  readonly shape: readonly number[];
  readonly dtype: number;
  values: Float32Array | null;
  /** Less than 0 while `values` wait. */
  id: number;
  refCount: number;
}

/** The parts of tfjs-node's backend that its types hide. */
export interface NativeTensors {
  readonly binding: NativeBinding;
  readonly tensorMap: {
    get(dataId: TensorInfo['dataId']): NativeRecord;
    set(dataId: TensorInfo['dataId'], record: NativeRecord): void;
  };
  disposeData(dataId: TensorInfo['dataId']): boolean;
}
