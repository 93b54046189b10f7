import { DashboardApp } from './dashboard-app.ts';

/** The entry of the page. */
const app = new DashboardApp({
  root: document.querySelector<HTMLElement>('#dashboard')!,
  now: Date.now, // oxlint-disable-line no-restricted-properties -- the one clock of the page
  api: '/api/federations',
  measureWorker: new Worker(new URL('./measure-worker.js', import.meta.url), { type: 'module' }),
});
// In a task of its own: the first one has built the page.
setTimeout(() => app.start());
