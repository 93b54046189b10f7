export const strategy = { id: 'half a strategy' };
