import { defineCommand } from 'citty';
export const partition = defineCommand({ meta: { name: 'partition' }, args: {}, run() {} });
