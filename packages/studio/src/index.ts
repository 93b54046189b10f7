export { renderReport } from './report/render-report.ts';
export { renderSummaryPlot, type SummaryPlotInput } from './report/render-summary-plot.ts';
export type {
  PrototypeRound,
  ReportClient,
  ReportDataset,
  ReportInput,
  ReportPartition,
  ReportRun,
} from './report/report-input.ts';
