import {
  type ColorTable,
  centeredTable,
  classTables,
  decisionTable,
  divergingTable,
  LAST_CELL,
  type Tone,
} from '../core/color-tables'
import { contourLines } from '../core/contour'
import { cellOf, type Heat } from '../core/heat'
import type { Domain } from '../core/plot-scale'
import { paintClasses, paintHeat } from '../primitives/paint-heat'
import { paintPoints } from './paint-points'
import type { PlotPoints } from './points'
import { sharpContext } from './sharp-canvas'

/** One output: its value. Several classes: `data` holds the winning class and `shares` its probability, 0..254. */
export type BoundaryFrame = Heat & { shares?: Uint8Array | undefined }

export type BoundaryLook = {
  tone: Tone
  domain: Domain
  /** The output at which the decision flips; the colors' middle. Null: the middle of the frame's own range. */
  level: number | null
  classes: number
  points: PlotPoints | null
  decisionOnly: boolean
  contour: boolean
}

export type BoundaryCanvases = {
  heat: HTMLCanvasElement
  contour: HTMLCanvasElement
  points: HTMLCanvasElement
}

/** Paints frames as they come; points only when they or the size change. */
export class BoundaryPainter {
  private readonly canvases: BoundaryCanvases
  private look: BoundaryLook
  private frame: BoundaryFrame | null = null
  private colors: { key: string; table: ColorTable } | null = null
  private classColors: { key: string; tables: ColorTable[] } | null = null

  constructor(canvases: BoundaryCanvases, look: BoundaryLook) {
    this.canvases = canvases
    this.look = look
  }

  draw(frame: BoundaryFrame): void {
    this.frame = frame
    if (frame.shares) this.drawClasses(frame, frame.shares)
    else paintHeat(this.canvases.heat, frame, this.tableFor(frame))
    this.drawContour(frame)
  }

  restyle(look: BoundaryLook): void {
    this.look = look
    this.redraw()
  }

  /** After a change of size or look. */
  redraw(): void {
    if (this.frame) this.draw(this.frame)
    this.drawPoints()
  }

  /** The frame drawn last. */
  get shown(): BoundaryFrame | null {
    return this.frame
  }

  private levelOf({ low, high }: Heat): number {
    return this.look.level ?? (low + high) / 2
  }

  private tableFor(frame: Heat): ColorTable {
    const { tone, decisionOnly } = this.look
    const level = this.levelOf(frame)
    const key = `${tone} ${decisionOnly} ${frame.low} ${frame.high} ${level}`
    if (this.colors?.key === key) return this.colors.table
    const soft = divergingTable(tone)
    const table = decisionOnly
      ? decisionTable(soft, cellOf(level, frame.low, frame.high))
      : centeredTable(soft, frame.low, frame.high, level)
    this.colors = { key, table }
    return table
  }

  private drawClasses(frame: BoundaryFrame, shares: Uint8Array): void {
    const { tone, classes, decisionOnly } = this.look
    const key = `${tone} ${classes} ${decisionOnly}`
    if (this.classColors?.key !== key) {
      const tables = classTables(tone, classes)
      this.classColors = { key, tables: decisionOnly ? tables.map(onlyDecision) : tables }
    }
    paintClasses(this.canvases.heat, { ...frame, shares }, this.classColors.tables)
  }

  private drawContour(frame: BoundaryFrame): void {
    const sharp = sharpContext(this.canvases.contour)
    if (!sharp || !this.look.contour || frame.shares) return
    const { context, width, height } = sharp
    const level = cellOf(this.levelOf(frame), frame.low, frame.high)
    context.lineJoin = 'round'
    context.beginPath()
    for (const line of contourLines(frame.data, frame.width, frame.height, level)) {
      line.forEach(([x, y], i) => {
        const at = [(x / frame.width) * width, (y / frame.height) * height] as const
        if (i === 0) context.moveTo(...at)
        else context.lineTo(...at)
      })
    }
    strokeTwice(context)
  }

  private drawPoints(): void {
    const sharp = sharpContext(this.canvases.points)
    const { points, domain } = this.look
    if (!sharp || !points) return
    paintPoints(sharp.context, points, domain, {
      ...sharp,
      radius: markerRadius(sharp.width, points.x.length),
    })
  }
}

function onlyDecision(table: ColorTable): ColorTable {
  return table.map((pixel, cell) => (cell <= LAST_CELL ? (table[LAST_CELL] as number) : pixel))
}

/** Dark on a pale rim, so that the line shows on every color. */
function strokeTwice(context: CanvasRenderingContext2D): void {
  context.strokeStyle = 'rgba(255, 255, 255, 0.75)'
  context.lineWidth = 3
  context.stroke()
  context.strokeStyle = 'rgba(27, 36, 48, 0.85)'
  context.lineWidth = 1.2
  context.stroke()
}

/** CSS px: 3.2 on a plot of 330 px, larger where points are few or the plot is projected, smaller where they crowd. */
export function markerRadius(width: number, count: number): number {
  const crowd = count <= 20 ? 1.7 : count > 800 ? 0.7 : 1
  return Math.min(Math.max(2, (width / 330) * 3.2 * crowd), 9)
}
