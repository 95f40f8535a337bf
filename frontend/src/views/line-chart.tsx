import 'uplot/dist/uPlot.min.css'
import { type Ref, type RefObject, useEffect, useImperativeHandle, useRef } from 'react'
import type { Tone } from '../core/color-tables'
import { formatCount, formatNumber } from '../core/format'
import { tones } from '../theme/tones'
import type { Column } from './chart-data'
import './line-chart.css'
import type { ChartMark } from './line-chart-marks'
import {
  type ChartHover,
  type ChartLook,
  type ChartTones,
  formatTick,
  type Ghost,
  LineChartPainter,
} from './line-chart-painter'

/** Which token colors a line, and how it is told from the others without color. */
export type LineChartSeries = {
  label: string
  tone: 'curve-train' | 'curve-validation' | 'curve-mark' | 'good' | 'positive-ink' | 'negative-ink'
  dashed?: boolean | undefined
}

export type LineChartHandle = {
  /** `count` rows of columns that only grow; call at about 10 Hz. Values that are not finite leave a gap. */
  draw: (epochs: Column, series: readonly Column[], count: number) => void
}

export type LineChartProps = {
  ref?: Ref<LineChartHandle>
  /** Read aloud: "Loss: how wrong, lower is better". */
  label: string
  series: readonly LineChartSeries[]
  tone: Tone
  logarithmic?: boolean | undefined
  marks?: readonly ChartMark[] | undefined
  /** The previous run's first series. */
  ghost?: Ghost | null | undefined
  formatValue?: ((value: number) => string) | undefined
  formatAxis?: ((value: number) => string) | undefined
  range?: readonly [number, number] | undefined
  /** CSS px at the usual text size, by default 150; it grows with the text when presenting. */
  height?: number | undefined
}

const HEADING_PX = 11

const NO_MARKS: readonly ChartMark[] = []

/** Curves over epochs (losses, metrics), and the values under the pointer. */
export function LineChart(props: LineChartProps) {
  const place = useRef<HTMLDivElement>(null)
  const reading = useRef<HTMLDivElement>(null)
  const painter = useLineChart(props, place, reading)
  useImperativeHandle(props.ref, () => ({
    draw: (epochs, series, count) => painter.current?.draw(epochs, series, count),
  }))
  return (
    <figure className="line-chart">
      <ul className="line-chart-legend">
        {props.series.map((series) => (
          <li key={series.label}>
            <i data-dashed={series.dashed || undefined} style={{ color: `var(--${series.tone})` }} />
            {series.label}
          </li>
        ))}
        {props.ghost && (
          <li>
            <i style={{ color: 'var(--curve-ghost)' }} />
            previous run
          </li>
        )}
      </ul>
      <div className="line-chart-body" style={{ height: `${(props.height ?? 150) / HEADING_PX}em` }}>
        <div ref={place} className="line-chart-plot" role="img" aria-label={props.label} />
        <div ref={reading} className="line-chart-reading" />
      </div>
      <Edits marks={props.marks ?? NO_MARKS} />
    </figure>
  )
}

/** The ticks on the chart, for those who do not see them. */
function Edits({ marks }: { marks: readonly ChartMark[] }) {
  if (marks.length === 0) return null
  return (
    <ol className="visually-hidden" aria-label="Edits">
      {marks.map(({ epoch, label }) => (
        <li key={`${epoch} ${label}`}>
          epoch {formatNumber(epoch)}: {label}
        </li>
      ))}
    </ol>
  )
}

function useLineChart(
  props: LineChartProps,
  place: RefObject<HTMLDivElement | null>,
  reading: RefObject<HTMLDivElement | null>,
) {
  const painter = useRef<LineChartPainter>(null)
  const { series, tone, logarithmic = false, marks = NO_MARKS, ghost = null, range } = props
  const { formatValue = formatNumber, formatAxis = formatTick } = props
  const notes = useRef({ marks, ghost })
  notes.current = { marks, ghost }
  // biome-ignore lint/correctness/useExhaustiveDependencies: tone decides what the tokens resolve to
  useEffect(() => {
    const element = place.current as HTMLDivElement
    const look = lookOf(element, { series, logarithmic, formatAxis, range, ...notes.current })
    if (painter.current) painter.current.restyle(look)
    else painter.current = new LineChartPainter(element, look, readout(reading, series, formatValue))
  }, [series, tone, logarithmic, range, formatAxis, formatValue, place, reading])
  useEffect(() => painter.current?.annotate(marks, ghost), [marks, ghost])
  useEffect(() => {
    const observer = new ResizeObserver(() => painter.current?.resize())
    observer.observe(place.current as HTMLDivElement)
    return () => {
      observer.disconnect()
      painter.current?.destroy()
      painter.current = null
    }
  }, [place])
  return painter
}

type LookParts = Pick<ChartLook, 'logarithmic' | 'marks' | 'ghost'> & {
  series: readonly LineChartSeries[]
  formatAxis: (value: number) => string
  range: readonly [number, number] | undefined
}

function lookOf(element: HTMLElement, parts: LookParts): ChartLook {
  const colors = tones(element, ...parts.series.map(({ tone }) => tone))
  return {
    ...parts,
    tones: chartTones(element),
    formatValue: parts.formatAxis,
    range: parts.range ?? null,
    series: parts.series.map(({ label, tone, dashed }) => ({
      label,
      color: colors[tone],
      dash: dashed ? [4, 3] : undefined,
    })),
  }
}

function chartTones(element: HTMLElement): ChartTones {
  const found = tones(element, 'ink-3', 'line', 'curve-ghost', 'curve-mark', 'surface')
  const style = getComputedStyle(element)
  const font = style.fontFamily || 'sans-serif'
  const fontSize = Number.parseFloat(style.getPropertyValue('--text-heading')) || 11
  return {
    ink: found['ink-3'],
    line: found.line,
    ghost: found['curve-ghost'],
    mark: found['curve-mark'],
    halo: found.surface,
    font,
    fontSize,
  }
}

/** Writes the row under the pointer over the plot's upper right corner, without React. */
function readout(
  place: RefObject<HTMLDivElement | null>,
  series: readonly LineChartSeries[],
  format: (value: number) => string,
): ChartHover {
  const words = (label: string, value = null as number | null) =>
    `${label} ${value === null ? '–' : format(value)}`
  return (row) => {
    if (!place.current) return
    const lines = row ? series.map(({ label }, i) => words(label, row.values[i])) : []
    place.current.textContent = row ? [`epoch ${formatCount(row.epoch)}`, ...lines].join('\n') : ''
  }
}
