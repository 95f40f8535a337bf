import type { ReactNode } from 'react'
import { formatSetting } from '../core/format'
import { type Domain, type Interval, linearTicks, toPlot } from '../core/plot-scale'
import './plot-frame.css'

export type PlotFrameProps = {
  domain: Domain
  xLabel: string
  yLabel: string
  /** Width over height of the plot itself; by default square. */
  aspect?: number | undefined
  children: ReactNode
}

/** Axes around a plot. Everything is placed in shares of its size, so resizing never waits for a script. */
export function PlotFrame({ domain, xLabel, yLabel, aspect = 1, children }: PlotFrameProps) {
  return (
    <div className="plot-frame">
      <div className="plot-axis plot-axis-y" aria-hidden="true">
        {linearTicks(domain.y).map((tick) => (
          <span key={tick} style={{ top: `${100 * toPlot({ x: 0, y: tick }, domain).top}%` }}>
            {formatSetting(tick)}
          </span>
        ))}
        <em style={{ top: `${100 * toPlot({ x: 0, y: besideLast(domain.y) }, domain).top}%` }}>{yLabel}</em>
      </div>
      <div className="plot-area" style={{ aspectRatio: aspect }}>
        {children}
      </div>
      <div className="plot-axis plot-axis-x" aria-hidden="true">
        {linearTicks(domain.x).map((tick) => (
          <span key={tick} style={{ left: `${100 * toPlot({ x: tick, y: 0 }, domain).left}%` }}>
            {formatSetting(tick)}
          </span>
        ))}
        <em style={{ left: `${100 * toPlot({ x: besideLast(domain.x), y: 0 }, domain).left}%` }}>{xLabel}</em>
      </div>
    </div>
  )
}

/** Where an axis has room for its name: halfway between the last two ticks. */
function besideLast(interval: Interval): number {
  const [last = interval[1], before = interval[0]] = linearTicks(interval).reverse()
  return (last + before) / 2
}
