import { ProtoNormError } from '@protonorm/tensor';
import { defineOdd } from './define-odd.test-support.ts';

/** Fails at one client. */
export const strategy = defineOdd('fails', (clientId) => {
  if (clientId === 'client-1')
    throw new ProtoNormError('diverged', 'The loss is NaN.', { hint: 'Go slower.' });
});
