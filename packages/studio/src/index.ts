export { renderReport } from './report/render-report.ts';
export type {
  PrototypeRound,
  ReportClient,
  ReportDataset,
  ReportInput,
  ReportPartition,
  ReportRun,
} from './report/report-input.ts';
