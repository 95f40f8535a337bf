/** The strokes that a bundle of curves is drawn with. */
import { type Bundle, controlsX, curveX, curveY } from '../core/edge-geometry'
import { lineLook } from '../core/edge-look'
import type { Box } from '../core/layout-graph'

export type Line = {
  start: number
  end: number
  weight: number
  /** |weight| over the robust greatest. */
  size: number
  /** |gradient| or |update| over its own greatest, in slow motion. */
  change: number
  /** Faded while the pointer means another. */
  strength: number
}

export type EdgeTones = Record<'negative' | 'positive' | 'accent' | 'ink' | 'line-strong' | 'canvas', string>

export class EdgeStrokes {
  private readonly context: CanvasRenderingContext2D
  private readonly tones: EdgeTones
  private readonly bundle: Bundle
  private readonly boldness: number

  /** `boldness` widens every line: 1, or more for the back of a room. */
  constructor(context: CanvasRenderingContext2D, tones: EdgeTones, bundle: Bundle, boldness: number) {
    this.context = context
    this.tones = tones
    this.bundle = bundle
    this.boldness = boldness
  }

  /** Values that pass unchanged, or whose weight is not known yet. */
  neutral({ start, end, strength }: Pick<Line, 'start' | 'end' | 'strength'>): void {
    this.curve(start, end, this.tones['line-strong'], 1.2, 0.7 * strength)
  }

  weight({ start, end, weight, size, strength }: Line): void {
    const { width, opacity } = lineLook(size)
    this.curve(start, end, this.colorOf(weight), width, opacity * strength)
  }

  /** The gradient's size over a shade of the weight; `wave` 0..1 says how far the backward pass has come. */
  gradient(line: Line, wave: number): void {
    this.weight({ ...line, strength: 0.2 * line.strength })
    const { width, opacity } = lineLook(line.change)
    this.curve(line.start, line.end, this.tones.accent, width, opacity * wave)
  }

  /** A weight with a glow for what the update added; `pulse` 0..1. */
  update(line: Line, pulse: number): void {
    const glow = Math.min(line.change, 1) * pulse
    this.curve(line.start, line.end, this.tones.accent, lineLook(line.size).width + 7 * glow, 0.55 * glow)
    this.weight(line)
  }

  /** A light on its way along the curve, at t 0..1. */
  signal({ start, end, size }: Line, t: number): void {
    if (t <= 0 || t >= 1) return
    this.dot(curveX(this.bundle, t), curveY(start, end, t), 1.8 + 2.6 * Math.min(size, 1), this.tones.ink, 1)
  }

  /** A ring in the middle of a pinned curve. */
  ring({ x, y }: { x: number; y: number }): void {
    const { context, tones } = this
    context.strokeStyle = tones.accent
    this.dot(x, y, 5, tones.canvas, 2)
  }

  /** Where neurons are folded away, a soft band stands for their curves. */
  band(from: Box | null | undefined, to: Box | null | undefined): void {
    const { context, bundle, tones } = this
    const start = from
      ? { x: from.left + from.width, ...endsOf(from) }
      : { x: bundle.from, ...spanOf(bundle.sources) }
    const end = to ? { x: to.left, ...endsOf(to) } : { x: bundle.to, ...spanOf(bundle.targets) }
    const middle = (start.x + end.x) / 2
    context.beginPath()
    context.moveTo(start.x, start.top)
    context.bezierCurveTo(middle, start.top, middle, end.top, end.x, end.top)
    context.lineTo(end.x, end.bottom)
    context.bezierCurveTo(middle, end.bottom, middle, start.bottom, start.x, start.bottom)
    context.globalAlpha = 0.22
    context.fillStyle = tones['line-strong']
    context.fill()
    context.globalAlpha = 1
  }

  private colorOf(weight: number): string {
    return weight < 0 ? this.tones.negative : this.tones.positive
  }

  private curve(start: number, end: number, color: string, width: number, opacity: number): void {
    if (opacity < 0.01) return
    const { context, bundle } = this
    const [first, second] = controlsX(bundle)
    context.beginPath()
    context.moveTo(bundle.from, start)
    context.bezierCurveTo(first, start, second, end, bundle.to, end)
    context.strokeStyle = color
    context.lineWidth = width * this.boldness
    context.globalAlpha = opacity
    context.stroke()
    context.globalAlpha = 1
  }

  private dot(x: number, y: number, radius: number, color: string, lineWidth: number): void {
    const { context } = this
    context.beginPath()
    context.arc(x, y, radius, 0, 2 * Math.PI)
    context.fillStyle = color
    context.lineWidth = lineWidth
    context.fill()
    if (lineWidth > 1) context.stroke()
  }
}

const endsOf = ({ top, height }: Box) => ({ top, bottom: top + height })
const spanOf = (spots: Bundle['sources']) => ({
  top: (spots[0]?.y ?? 0) - 3,
  bottom: (spots.at(-1)?.y ?? 0) + 3,
})
