import { type Domain, toPlot } from '../core/plot-scale'
import { markerRadius } from './boundary-painter'
import { paintPoints } from './paint-points'
import type { PlotPoints, PointInk } from './points'
import { sharpContext } from './sharp-canvas'

/** The prediction at even steps from the domain's left end to its right. */
export type Curve = ArrayLike<number>

export type CurveLook = {
  domain: Domain
  points: PlotPoints | null
  stroke: string
  grid: string
  ink: PointInk
}

export class CurvePainter {
  private readonly canvas: HTMLCanvasElement
  private look: CurveLook
  private curve: Curve = []

  constructor(canvas: HTMLCanvasElement, look: CurveLook) {
    this.canvas = canvas
    this.look = look
  }

  draw(curve: Curve): void {
    this.curve = curve
    this.redraw()
  }

  restyle(look: CurveLook): void {
    this.look = look
    this.redraw()
  }

  redraw(): void {
    const sharp = sharpContext(this.canvas)
    if (!sharp) return
    const { domain, points } = this.look
    this.paintZeroLines(sharp)
    if (points) {
      const radius = markerRadius(sharp.width, points.x.length)
      paintPoints(sharp.context, points, domain, { ...sharp, radius }, this.look.ink)
    }
    this.paintCurve(sharp)
  }

  /** The curve's height at `x`, by linear interpolation; NaN before the first frame. */
  valueAt(x: number): number {
    const [from, to] = this.look.domain.x
    const position = ((x - from) / (to - from)) * (this.curve.length - 1)
    const left = Math.min(Math.max(Math.floor(position), 0), this.curve.length - 2)
    const [a = Number.NaN, b = Number.NaN] = [this.curve[left], this.curve[left + 1]]
    return a + (b - a) * (position - left)
  }

  private paintZeroLines({ context, width, height }: NonNullable<ReturnType<typeof sharpContext>>): void {
    const { left, top } = toPlot({ x: 0, y: 0 }, this.look.domain)
    context.fillStyle = this.look.grid
    context.fillRect(Math.round(left * width), 0, 1, height)
    context.fillRect(0, Math.round(top * height), width, 1)
  }

  private paintCurve({ context, width, height }: NonNullable<ReturnType<typeof sharpContext>>): void {
    const { domain, stroke } = this.look
    context.beginPath()
    let drawing = false
    for (let i = 0; i < this.curve.length; i++) {
      const y = this.curve[i] as number
      const { top } = toPlot({ x: 0, y }, domain)
      const left = (i / (this.curve.length - 1)) * width
      if (!Number.isFinite(top)) drawing = false
      else if (drawing) context.lineTo(left, top * height)
      else context.moveTo(left, top * height)
      drawing = Number.isFinite(top)
    }
    context.strokeStyle = stroke
    context.lineWidth = 2.4
    context.lineJoin = 'round'
    context.stroke()
  }
}
