export { dashboardFiles, type DashboardFile } from './dashboard-files.ts';
