import type uPlot from 'uplot'
import { labelRows } from '../core/label-rows'

/** A labelled tick on the chart: an edit, and when it applied. */
export type ChartMark = { epoch: number; label: string }

const ROWS = 3
const ROW_HEIGHT = 15
const GAP = 10

/** Draws a line for every mark; labels share up to three rows and give way where there is no room. */
export function drawMarks(chart: uPlot, marks: readonly ChartMark[], color: string, font: string): void {
  const { ctx, bbox } = chart
  const ratio = devicePixelRatio
  const { min = 0, max = 0 } = chart.scales.x ?? {}
  const inside = marks.filter(({ epoch }) => epoch >= (min as number) && epoch <= (max as number))
  if (inside.length === 0) return
  ctx.save()
  ctx.font = font
  ctx.textBaseline = 'top'
  const placed = inside.map(({ epoch, label }) => placeLabel(chart, epoch, label))
  const rows = labelRows(placed, ROWS, GAP * ratio)
  placed.forEach((mark, i) => {
    drawMark(ctx, { ...mark, top: bbox.top, height: bbox.height, row: rows[i] ?? null, ratio, color })
  })
  ctx.restore()
}

type Placed = { at: number; left: number; width: number; label: string }

/** Right of its line, or left of it where the chart ends. In device pixels. */
function placeLabel(chart: uPlot, epoch: number, label: string): Placed {
  const { ctx, bbox } = chart
  const inset = 4 * devicePixelRatio
  const at = chart.valToPos(epoch, 'x', true)
  const width = ctx.measureText(label).width
  const fits = at + inset + width <= bbox.left + bbox.width
  return { at, left: fits ? at + inset : at - inset - width, width, label }
}

type DrawnMark = Placed & { top: number; height: number; row: number | null; ratio: number; color: string }

function drawMark(context: CanvasRenderingContext2D, mark: DrawnMark): void {
  context.fillStyle = mark.color
  context.fillRect(Math.round(mark.at - mark.ratio / 2), mark.top, Math.max(1, 1.2 * mark.ratio), mark.height)
  if (mark.row !== null)
    context.fillText(mark.label, mark.left, mark.top + mark.row * ROW_HEIGHT * mark.ratio)
}
