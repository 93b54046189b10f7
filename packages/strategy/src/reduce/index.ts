import { collect } from './collect.ts';
import { combine } from './combine.ts';
import { mean } from './mean.ts';
import { meanByClass } from './mean-by-class.ts';
import { nothing } from './nothing.ts';
import { sum } from './sum.ts';
import { weightedMean } from './weighted-mean.ts';

/** The reducers that a strategy can declare. */
export const reduce = { collect, combine, mean, meanByClass, nothing, sum, weightedMean };
