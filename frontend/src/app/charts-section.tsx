import { useCallback, useMemo, useRef } from 'react'
import { formatFixed, formatPercent } from '../core/format'
import { Section, ToggleChip } from '../primitives'
import { actions, type Columns, useNetloom } from '../state'
import { LineChart, type LineChartHandle, type LineChartSeries } from '../views'
import { type ChartColumn, chartGhost } from './chart-ghost'
import { useFacts } from './use-facts'
import { useHistory } from './use-history'
import { useMedia } from './use-media'
import { useSplitCounts } from './use-points'
import { useMeasured, useMeasuredTask } from './use-task'
import { useTheme } from './use-theme'

const CHART_EVERY_MS = 100
const ONE: readonly LineChartSeries[] = [{ label: 'training', tone: 'curve-train' }]
const TWO: readonly LineChartSeries[] = [
  ...ONE,
  { label: 'validation', tone: 'curve-validation', dashed: true },
]
const SHARE: readonly [number, number] = [0, 1]

/** Loss and, in All, the metric, over the epochs. */
export function ChartsSection() {
  const all = useNetloom((model) => model.experiment.view.controls === 'all' && !model.present)
  return (
    <>
      <LossChart />
      {all && <MetricChart />}
    </>
  )
}

function LossChart() {
  const chart = useRef<LineChartHandle>(null)
  const facts = useFacts('view.log_loss')
  const logarithmic = useNetloom((model) => model.experiment.view.log_loss)
  const present = useNetloom((model) => model.present)
  const low = useMedia('(max-height: 1000px)')
  const series = useSeries()
  // biome-ignore lint/correctness/useExhaustiveDependencies: a chart that was made anew is drawn at once
  const draw = useCallback(
    (held: Columns) =>
      chart.current?.draw(
        held.epoch,
        [held.train_loss, held.validation_loss].slice(0, series.length),
        held.length,
      ),
    [series, present],
  )
  useHistory(draw, CHART_EVERY_MS)
  return (
    <Section
      title="Loss"
      actions={
        <ToggleChip
          pressed={logarithmic}
          tooltip={facts.help}
          onChange={(on) => void actions.setView({ log_loss: on })}
        >
          {facts.title}
        </ToggleChip>
      }
    >
      <LineChart
        key={present ? 'present' : 'panel'} // its text is measured once
        ref={chart}
        label="Loss: how wrong, lower is better"
        series={series}
        logarithmic={logarithmic}
        height={present ? (low ? 84 : 118) : 140}
        {...useChartFrame('train_loss')}
      />
    </Section>
  )
}

function MetricChart() {
  const chart = useRef<LineChartHandle>(null)
  const series = useSeries()
  const classes = useMeasuredTask().kind === 'classification'
  const draw = useCallback(
    (held: Columns) =>
      chart.current?.draw(
        held.epoch,
        [held.train_metric, held.validation_metric].slice(0, series.length),
        held.length,
      ),
    [series],
  )
  useHistory(draw, CHART_EVERY_MS)
  return (
    <Section title={classes ? 'Accuracy' : 'R²'}>
      <LineChart
        ref={chart}
        label={
          classes ? 'Accuracy: the share of right answers' : 'R²: the share of the variance that is explained'
        }
        series={series}
        height={110}
        formatValue={classes ? formatPercent : formatFixed}
        {...(classes ? { range: SHARE, formatAxis: wholePercent } : {})}
        {...useChartFrame('train_metric')}
      />
    </Section>
  )
}

const wholePercent = (share: number): string => formatPercent(share, 0)

/** Validation only where there are such points. */
function useSeries(): readonly LineChartSeries[] {
  return useSplitCounts().validation > 0 ? TWO : ONE
}

/** Theme, marks and the previous run, the same for every chart. */
function useChartFrame(column: ChartColumn) {
  const { theme } = useTheme()
  const marks = useNetloom((model) => model.marks)
  const held = useNetloom((model) => model.ghost)
  const measured = useMeasured()
  const datasets = useNetloom((model) => model.catalogue?.datasets)
  const ghost = useMemo(
    () => chartGhost(held, column, measured, datasets ?? []),
    [held, column, measured, datasets],
  )
  return { tone: theme, marks, ghost }
}
