import { type Ref, useEffect, useImperativeHandle, useRef } from 'react'
import type { Tone } from '../core/color-tables'
import type { DataPlace, Domain } from '../core/plot-scale'
import { tones } from '../theme/tones'
import { type Curve, CurvePainter } from './curve-painter'
import './curve-view.css'
import { PlotFrame } from './plot-frame'
import type { PlotPointerProps } from './plot-pointer'
import { PlotSurface } from './plot-surface'
import type { PlotPoints } from './points'
import { onResize } from './sharp-canvas'

export type CurveHandle = {
  draw: (curve: Curve) => void
  setReadout: (text: string) => void
  valueAt: (x: number) => number
}

export type CurveViewProps = PlotPointerProps & {
  ref?: Ref<CurveHandle>
  label: string
  /** y is the range of targets and predictions that is shown. */
  domain: Domain
  tone: Tone
  /** x is the input, y the target. */
  points: PlotPoints | null
  pin?: DataPlace | null | undefined
  brushRadius?: number | undefined
  xLabel?: string | undefined
  yLabel?: string | undefined
}

/** The prediction as a curve over one input, with the points it should pass through. */
export function CurveView(props: CurveViewProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const surface = useRef<HTMLDivElement>(null)
  const readout = useRef<HTMLDivElement>(null)
  const painter = useCurvePainter(props, canvas)
  useImperativeHandle(props.ref, () => ({
    draw: (curve) => painter.current?.draw(curve),
    setReadout: (text) => {
      if (readout.current) readout.current.textContent = text
    },
    valueAt: (x) => painter.current?.valueAt(x) ?? Number.NaN,
  }))
  return (
    <PlotFrame domain={props.domain} xLabel={props.xLabel ?? 'x'} yLabel={props.yLabel ?? 'y'}>
      <PlotSurface {...props} line surface={surface} readout={readout}>
        <canvas ref={canvas} className="plot-layer curve-canvas" data-lit={props.points?.lit?.size} />
      </PlotSurface>
    </PlotFrame>
  )
}

function useCurvePainter(props: CurveViewProps, canvas: { current: HTMLCanvasElement | null }) {
  const painter = useRef<CurvePainter>(null)
  const { domain, points, tone } = props
  useEffect(() => {
    const element = canvas.current as HTMLCanvasElement
    const found = tones(element.parentElement as HTMLElement, 'accent', 'line-strong', 'canvas')
    const ink = { darker: tone === 'dark' ? 0 : 0.25, rim: found.canvas, tone }
    const look = { domain, points, stroke: found.accent, grid: found['line-strong'], ink }
    if (!painter.current) painter.current = new CurvePainter(element, look)
    painter.current.restyle(look)
  }, [domain, points, tone, canvas])
  useEffect(() => onResize(canvas.current as HTMLCanvasElement, () => painter.current?.redraw()), [canvas])
  return painter
}
