import { collect } from './collect.ts';
import { combine } from './combine.ts';
import { meanByClass } from './mean-by-class.ts';
import { nothing } from './nothing.ts';
import { weightedMean } from './weighted-mean.ts';

/** The reducers that a strategy can declare. */
export const reduce = { collect, combine, meanByClass, nothing, weightedMean };
