import uPlot from 'uplot'
import { formatNumber, formatSetting } from '../core/format'
import { logTicks } from '../core/log-ticks'
import { linearTicks } from '../core/plot-scale'
import { ChartData, type Column, extent, padded } from './chart-data'
import { type ChartMark, drawMarks } from './line-chart-marks'

export type ChartSeries = {
  label: string
  /** A CSS color, already resolved: canvas knows no variables. */
  color: string
  dash?: number[] | undefined
  width?: number | undefined
}

export type ChartTones = {
  ink: string
  line: string
  ghost: string
  mark: string
  halo: string
  font: string
  /** CSS px. */
  fontSize: number
}

/** The previous run, drawn pale behind the present one; its epochs are its own. */
export type Ghost = { epochs: Column; values: Column; count: number }

export type ChartLook = {
  series: readonly ChartSeries[]
  tones: ChartTones
  logarithmic: boolean
  marks: readonly ChartMark[]
  ghost: Ghost | null
  formatValue: (value: number) => string
  /** Holds the axis, such as 0 to 1 for an accuracy. */
  range: readonly [number, number] | null
}

/** The values at the row under the pointer; null when it leaves. */
export type ChartHover = (row: { epoch: number; values: (number | null)[] } | null) => void

/** One uPlot chart. A change of look builds it anew; data only ever append. */
export class LineChartPainter {
  private readonly place: HTMLElement
  private readonly onHover: ChartHover
  private readonly data = new ChartData()
  private look: ChartLook
  private chart: uPlot | null = null
  private latest: { epochs: Column; series: readonly Column[]; count: number } | null = null

  constructor(place: HTMLElement, look: ChartLook, onHover: ChartHover) {
    this.place = place
    this.look = look
    this.onHover = onHover
  }

  /** `count` rows of columns; the caller draws at about 10 Hz. */
  draw(epochs: Column, series: readonly Column[], count: number): void {
    this.latest = { epochs, series, count }
    this.data.update(epochs, series, count, this.look.logarithmic)
    if (this.chart) this.chart.setData(this.data.columns as uPlot.AlignedData)
    else this.build()
  }

  restyle(look: ChartLook): void {
    this.look = look
    this.destroy()
    if (this.latest) this.draw(this.latest.epochs, this.latest.series, this.latest.count)
  }

  /** Marks and ghost are painted over what is there; nothing is rebuilt. */
  annotate(marks: readonly ChartMark[], ghost: Ghost | null): void {
    this.look = { ...this.look, marks, ghost }
    if (this.chart) this.chart.setData(this.data.columns as uPlot.AlignedData)
  }

  resize(): void {
    const { clientWidth: width, clientHeight: height } = this.place
    if (width && height) this.chart?.setSize({ width, height })
  }

  destroy(): void {
    this.chart?.destroy()
    this.chart = null
  }

  private build(): void {
    const { clientWidth: width, clientHeight: height } = this.place
    this.chart = new uPlot(this.options(width, height), this.data.columns as uPlot.AlignedData, this.place)
  }

  private options(width: number, height: number): uPlot.Options {
    const { series, tones } = this.look
    return {
      width,
      height,
      padding: [0.6 * tones.fontSize, 1.6 * tones.fontSize, 0, 0],
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false, setScale: false }, points: { size: 6 } },
      scales: {
        x: { time: false, range: () => this.epochRange() },
        y: { distr: this.look.logarithmic ? 3 : 1, range: () => this.valueRange() },
      },
      axes: [this.epochAxis(tones), this.valueAxis(tones)],
      series: [{}, ...series.map(lineOf)],
      hooks: {
        drawAxes: [(chart) => this.drawGhost(chart)],
        draw: [
          (chart) =>
            drawMarks(chart, this.look.marks, {
              line: tones.mark,
              halo: tones.halo,
              font: tones.font,
              fontSize: tones.fontSize,
            }),
        ],
        setCursor: [(chart) => this.hover(chart.cursor.idx)],
      },
    }
  }

  private epochAxis({ ink, font, fontSize }: ChartTones): uPlot.Axis {
    return {
      stroke: ink,
      font: `${fontSize}px ${font}`,
      size: 2 * fontSize,
      gap: 4,
      grid: { show: false },
      ticks: { show: false },
      space: 5 * fontSize,
      values: (_, epochs) => epochs.map((epoch) => (Number.isInteger(epoch) ? formatSetting(epoch) : '')),
    }
  }

  private valueAxis({ ink, line, font, fontSize }: ChartTones): uPlot.Axis {
    return {
      stroke: ink,
      font: `${fontSize}px ${font}`,
      size: 4 * fontSize,
      gap: 6,
      grid: { stroke: line, width: 1 },
      ticks: { show: false },
      filter: (_, splits) => splits, // uPlot would hide all but 1, 2, 5 of a logarithmic axis
      splits: (chart, _, low, high) => this.valueTicks(chart.height / (2.4 * fontSize), low, high),
      values: (_, values) => values.map(this.look.formatValue),
    }
  }

  /** As many as there is room for. */
  private valueTicks(room: number, low: number, high: number): number[] {
    const most = Math.min(Math.max(Math.floor(room), 2), 6)
    return this.look.logarithmic ? logTicks(low, high, most) : linearTicks([low, high], Math.max(2, most - 2))
  }

  /** From the start to a little beyond the newest epoch, so that the first ones do not fill the whole width. */
  private epochRange(): [number, number] {
    const [epochs = []] = this.data.columns
    const ghost = this.look.ghost
    const ghostEnd = ghost ? (ghost.epochs[ghost.count - 1] ?? 0) : 0
    return [epochs[0] ?? 0, Math.max((epochs.at(-1) ?? 0) as number, Math.min(ghostEnd, 100), 10)]
  }

  private valueRange(): [number, number] {
    const { range, logarithmic, ghost } = this.look
    if (range) return [...range]
    const ghostValues = ghost ? [shown(ghost, logarithmic, this.epochRange()[1])] : []
    const found = extent([...this.data.columns.slice(1), ...ghostValues])
    return padded(found ?? [logarithmic ? 0.1 : 0, 1], logarithmic)
  }

  private drawGhost(chart: uPlot): void {
    const { ghost, tones, logarithmic } = this.look
    if (!ghost) return
    const { ctx, bbox } = chart
    const values = shown(ghost, logarithmic, this.epochRange()[1])
    ctx.save()
    ctx.beginPath()
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height)
    ctx.clip()
    ctx.beginPath()
    values.forEach((value, i) => {
      if (value === null) return
      const x = chart.valToPos(ghost.epochs[i] as number, 'x', true)
      const y = chart.valToPos(value, 'y', true)
      if (i === 0 || values[i - 1] === null) ctx.moveTo(x, y)
      else ctx.lineTo(x, y)
    })
    ctx.strokeStyle = tones.ghost
    ctx.lineWidth = 1.5 * devicePixelRatio
    ctx.lineJoin = 'round'
    ctx.stroke()
    ctx.restore()
  }

  private hover(index: number | null | undefined): void {
    const [epochs, ...series] = this.data.columns
    const epoch = index === null || index === undefined ? undefined : epochs?.[index]
    const known = epoch !== undefined && epoch !== null
    this.onHover(known ? { epoch, values: series.map((column) => column[index as number] ?? null) } : null)
  }
}

const FEW_ROWS = 12

/** A line of one or a few rows shows each as a dot: the start is visible before anything is learned. */
const isShort = (chart: uPlot): boolean => (chart.data[0]?.length ?? 0) <= FEW_ROWS

function lineOf({ label, color, dash, width = 1.6 }: ChartSeries): uPlot.Series {
  const points = { show: isShort, size: 5, stroke: color, fill: color }
  return { label, stroke: color, width, points, ...(dash ? { dash } : {}) }
}

/** The ghost's values up to `lastEpoch`, with gaps as in the chart's own data. */
function shown({ epochs, values, count }: Ghost, logarithmic: boolean, lastEpoch: number): (number | null)[] {
  const kept: (number | null)[] = []
  for (let i = 0; i < count && (epochs[i] as number) <= lastEpoch; i++) {
    const value = values[i] as number
    kept.push(Number.isFinite(value) && !(logarithmic && value <= 0) ? value : null)
  }
  return kept
}

/** Short enough for an axis: 1, 0.3, 0.03, 1e−5. */
export function formatTick(value: number): string {
  return Math.abs(value) >= 1e-4 || value === 0 ? formatSetting(value) : formatNumber(value, 1)
}
