import { defineOdd } from './define-odd.test-support.ts';

/** Ends its process, which in a worker is its thread. */
export const strategy = defineOdd('exits', (clientId) => {
  if (clientId === 'client-1') process.exit(3);
});
