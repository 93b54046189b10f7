import { defineOdd } from './define-odd.test-support.ts';

/** Has an error that nobody can catch. */
export const strategy = defineOdd('throws-later', (clientId) => {
  if (clientId !== 'client-1') return undefined;
  setTimeout(() => {
    throw new RangeError('nobody catches this');
  }, 1);
  return new Promise(() => {});
});
