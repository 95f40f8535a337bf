import type uPlot from 'uplot'
import { labelRows } from '../core/label-rows'

/** A labeled tick on the chart: an edit, and when it applied. */
export type ChartMark = { epoch: number; label: string }

export type MarkInk = { line: string; halo: string; font: string; fontSize: number }

const ROWS = 3
const LINE_HEIGHT = 1.3
const GAP = 10

/**
 * Draws a line for every mark; labels share up to three rows and give way where there is no room. A mark in the epoch
 * that is under way stands at the chart's end.
 */
export function drawMarks(chart: uPlot, marks: readonly ChartMark[], ink: MarkInk): void {
  const { ctx, bbox } = chart
  const ratio = devicePixelRatio
  const { min = 0, max = 0 } = chart.scales.x ?? {}
  const end = max as number
  const inside = marks.filter(({ epoch }) => epoch >= (min as number) && epoch < end + 1)
  if (inside.length === 0) return
  ctx.save()
  ctx.font = `${ink.fontSize * ratio}px ${ink.font}`
  ctx.textBaseline = 'top'
  ctx.textAlign = 'left'
  ctx.setLineDash([]) // the last curve drawn may have left its own
  const placed = inside
    .map(({ epoch, label }) => placeLabel(chart, Math.min(epoch, end), label))
    .sort((a, b) => a.left - b.left)
  const rows = labelRows(placed, ROWS, GAP * ratio)
  ctx.fillStyle = ink.line
  for (const { at } of placed)
    ctx.fillRect(Math.round(at - ratio / 2), bbox.top, Math.max(1, ratio), bbox.height)
  placed.forEach((mark, i) => {
    const row = rows[i] ?? null
    if (row !== null) writeLabel(ctx, mark, bbox.top + row * LINE_HEIGHT * ink.fontSize * ratio, ink)
  })
  ctx.restore()
}

type Placed = { at: number; left: number; width: number; label: string }

/** Right of its line; where the chart ends left of it, or as far right as it goes. In device pixels. */
function placeLabel(chart: uPlot, epoch: number, label: string): Placed {
  const { ctx, bbox } = chart
  const inset = 4 * devicePixelRatio
  const at = chart.valToPos(epoch, 'x', true)
  const width = ctx.measureText(label).width
  const end = bbox.left + bbox.width
  const [right, left] = [at + inset, at - inset - width]
  if (right + width <= end) return { at, left: right, width, label }
  return { at, left: left >= bbox.left ? left : Math.max(bbox.left, end - width), width, label }
}

/** On a halo of the surface's color, so that curves and other marks do not cross out the words. */
function writeLabel(
  context: CanvasRenderingContext2D,
  { left, label }: Placed,
  top: number,
  ink: MarkInk,
): void {
  context.lineJoin = 'round'
  context.lineWidth = 4 * devicePixelRatio
  context.strokeStyle = ink.halo
  context.strokeText(label, left, top)
  context.fillStyle = ink.line
  context.fillText(label, left, top)
}
