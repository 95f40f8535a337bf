import { type ReactNode, type Ref, type RefObject, useRef } from 'react'
import { type DataPlace, type Domain, toPlot } from '../core/plot-scale'
import type { PlotPointerProps } from './plot-pointer'
import type { PlotPoints } from './points'
import { usePlotPointer } from './use-plot'

export type PlotSurfaceProps = PlotPointerProps & {
  /** Read aloud when it gets the focus. */
  label: string
  domain: Domain
  points: PlotPoints | null
  /** Where a ring marks the pinned place. */
  pin?: DataPlace | null | undefined
  /** In data units; shown as a circle around the pointer while drawing. */
  brushRadius?: number | undefined
  /** A vertical line instead of a cross. */
  line?: boolean | undefined
  surface: RefObject<HTMLDivElement | null>
  readout?: Ref<HTMLDivElement> | undefined
  children: ReactNode
}

const KEYS = 'Arrow keys move the crosshair, Enter'

/** The part of a plot that pointer, touch and keyboard act on. */
export function PlotSurface(props: PlotSurfaceProps) {
  const { domain, brushRadius } = props
  const cross = useRef<HTMLDivElement>(null)
  const brush = useRef<HTMLDivElement>(null)
  const pointer = usePlotPointer(domain, { cross, brush }, props.points, props)
  const drawing = props.onPointerPath !== undefined
  return (
    <div
      ref={props.surface}
      className="plot-surface"
      role="application"
      aria-label={`${props.label}. ${KEYS} ${drawing ? drawingKeys(props.carries) : 'pins the place'}.`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the plot is driven by the keyboard
      tabIndex={0}
      data-drawing={drawing || undefined}
      onPointerDown={(event) => pointer.current?.down(event)}
      onPointerMove={(event) => pointer.current?.move(event)}
      onPointerUp={(event) => pointer.current?.up(event)}
      onPointerLeave={() => pointer.current?.leave()}
      onPointerCancel={() => pointer.current?.cancel()}
      onKeyDown={(event) => pointer.current?.key(event)}
      onBlur={() => pointer.current?.blur()}
      onContextMenu={(event) => drawing && event.preventDefault()}
    >
      {props.children}
      {props.pin && <Pin place={props.pin} domain={domain} />}
      <div
        ref={brush}
        className="plot-brush"
        hidden
        style={brushSize(drawing ? brushRadius : undefined, domain)}
      />
      <div ref={cross} className={props.line ? 'plot-cross plot-cross-line' : 'plot-cross'} hidden />
      <div ref={props.readout} className="plot-readout" />
    </div>
  )
}

const drawingKeys = (carries = false) =>
  carries
    ? 'picks up the point there and drops it, Escape puts it back, Shift and Enter erases'
    : 'draws, Shift and Enter erases'

function Pin({ place, domain }: { place: DataPlace; domain: Domain }) {
  const { left, top } = toPlot(place, domain)
  return <div className="plot-pin" style={{ left: `${100 * left}%`, top: `${100 * top}%` }} />
}

function brushSize(radius: number | undefined, { x, y }: Domain) {
  if (!radius) return { visibility: 'hidden' as const }
  return { width: `${(200 * radius) / (x[1] - x[0])}%`, height: `${(200 * radius) / (y[1] - y[0])}%` }
}
