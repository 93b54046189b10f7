export { renderLinePlot, type LinePlotInput, type LinePlotPoint } from './report/render-line-plot.ts';
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
