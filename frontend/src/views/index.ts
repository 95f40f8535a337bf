export {
  NeuronThumb,
  type NeuronThumbHandle,
  paintClasses,
  paintHeat,
  paintNeuron,
} from '../primitives'
export type { BoundaryFrame } from './boundary-painter'
export { type BoundaryHandle, BoundaryView, type BoundaryViewProps } from './boundary-view'
export type { Column } from './chart-data'
export { ConfusionMatrix } from './confusion-matrix'
export type { Curve } from './curve-painter'
export { type CurveHandle, CurveView, type CurveViewProps } from './curve-view'
export { type HistoryColumn, HistoryTable, type HistoryTableHandle } from './history-table'
export { ClassLegend, HeatLegend, Marker, SplitLegend, type SplitName } from './legend'
export { LineChart, type LineChartHandle, type LineChartProps, type LineChartSeries } from './line-chart'
export type { ChartMark } from './line-chart-marks'
export type { Ghost } from './line-chart-painter'
export type { PathStep, PlotPointerProps, PlotTarget } from './plot-pointer'
export { type PlotPoints, TEST, TRAIN, VALIDATION } from './points'
export { PointsThumb } from './points-thumb'
export { type PredictionRow, PredictionTable } from './prediction-table'
