import { defineOdd } from './define-odd.test-support.ts';

/** Computes for ever, without listening to anybody. */
export const strategy = defineOdd('endless', (clientId) => {
  while (clientId !== '') continue;
});
