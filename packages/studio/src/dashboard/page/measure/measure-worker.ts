import { RunMeasures, type MeasureAnswer, type MeasureRequest } from './run-measures.ts';

/** The part of a worker's global object that is used; the types of pages know it as a window. */
const here = globalThis as unknown as {
  onmessage: (message: { readonly data: MeasureRequest }) => void;
  postMessage(answer: MeasureAnswer): void;
};

const measures = new RunMeasures();
here.onmessage = ({ data }) => here.postMessage(measures.measure(data));
