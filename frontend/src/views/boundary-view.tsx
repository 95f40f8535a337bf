import { type Ref, useEffect, useImperativeHandle, useMemo, useRef } from 'react'
import type { Tone } from '../core/color-tables'
import { heatValue } from '../core/heat'
import { type DataPlace, type Domain, toPlot } from '../core/plot-scale'
import { type BoundaryFrame, type BoundaryLook, BoundaryPainter } from './boundary-painter'
import './boundary-view.css'
import { PlotFrame } from './plot-frame'
import type { PlotPointerProps } from './plot-pointer'
import { PlotSurface } from './plot-surface'
import type { PlotPoints } from './points'
import { onResize } from './sharp-canvas'

export type BoundaryHandle = {
  draw: (frame: BoundaryFrame) => void
  /** Words in the lower left corner: the exact output where the pointer is; empty hides them. */
  setReadout: (text: string) => void
  /** The output at a place as the picture shows it; NaN before the first frame and where it is not finite. */
  valueAt: (place: DataPlace) => number
}

export type BoundaryViewProps = PlotPointerProps & {
  ref?: Ref<BoundaryHandle>
  label: string
  domain: Domain
  tone: Tone
  points: PlotPoints | null
  level: number | null
  classes: number
  decisionOnly?: boolean | undefined
  contour?: boolean | undefined
  pin?: DataPlace | null | undefined
  brushRadius?: number | undefined
  xLabel?: string | undefined
  yLabel?: string | undefined
}

/** What the network answers everywhere, under the points it learns from. Frames come through the handle. */
export function BoundaryView(props: BoundaryViewProps) {
  const canvases = useCanvases()
  const surface = useRef<HTMLDivElement>(null)
  const readout = useRef<HTMLDivElement>(null)
  const painter = usePainter(props, canvases, surface)
  useImperativeHandle(props.ref, () => ({
    draw: (frame) => painter.current?.draw(frame),
    setReadout: (text) => {
      if (readout.current) readout.current.textContent = text
    },
    valueAt: (place) => valueAt(painter.current?.shown ?? null, place, props.domain),
  }))
  return (
    <PlotFrame domain={props.domain} xLabel={props.xLabel ?? 'x'} yLabel={props.yLabel ?? 'y'}>
      <PlotSurface {...props} surface={surface} readout={readout}>
        <canvas
          ref={canvases.heat}
          className="plot-layer boundary-heat"
          data-crisp={props.decisionOnly || undefined}
        />
        <canvas ref={canvases.contour} className="plot-layer" />
        <canvas
          ref={canvases.points}
          className="plot-layer boundary-points"
          data-lit={props.points?.lit?.size}
        />
      </PlotSurface>
    </PlotFrame>
  )
}

type Canvases = ReturnType<typeof useCanvases>

function useCanvases() {
  const heat = useRef<HTMLCanvasElement>(null)
  const contour = useRef<HTMLCanvasElement>(null)
  const points = useRef<HTMLCanvasElement>(null)
  return useMemo(() => ({ heat, contour, points }), [])
}

/** One painter for the view's life, restyled when its look changes and redrawn when its size does. */
function usePainter(
  props: BoundaryViewProps,
  canvases: Canvases,
  surface: { current: HTMLDivElement | null },
) {
  const painter = useRef<BoundaryPainter>(null)
  const { tone, domain, level, classes, points, decisionOnly = false, contour = false } = props
  useEffect(() => {
    const look: BoundaryLook = { tone, domain, level, classes, points, decisionOnly, contour }
    if (painter.current) return painter.current.restyle(look)
    painter.current = new BoundaryPainter(elements(canvases), look)
    painter.current.redraw()
  }, [tone, domain, level, classes, points, decisionOnly, contour, canvases])
  useEffect(() => onResize(surface.current as HTMLDivElement, () => painter.current?.redraw()), [surface])
  return painter
}

function elements({ heat, contour, points }: Canvases) {
  return {
    heat: heat.current as HTMLCanvasElement,
    contour: contour.current as HTMLCanvasElement,
    points: points.current as HTMLCanvasElement,
  }
}

function valueAt(frame: BoundaryFrame | null, place: DataPlace, domain: Domain): number {
  if (!frame || frame.shares) return Number.NaN
  const { left, top } = toPlot(place, domain)
  return heatValue(frame, left, top)
}
