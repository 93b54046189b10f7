import { defineCommand } from 'citty';
export const doctor = defineCommand({ meta: { name: 'doctor' }, args: {}, run() {} });
