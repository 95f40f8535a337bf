import { useEffect, useRef } from 'react'
import type { Domain } from '../core/plot-scale'
import { paintPoints } from './paint-points'
import type { PlotPoints, PointInk } from './points'
import { onResize, sharpContext } from './sharp-canvas'

/** A data set in the size of a stamp, for a swatch. */
export function PointsThumb({
  points,
  domain,
  radius = 1.3,
}: {
  points: PlotPoints
  domain: Domain
  radius?: number
}) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    const element = canvas.current as HTMLCanvasElement
    const draw = () => {
      const sharp = sharpContext(element)
      if (sharp) paintStamp(sharp.context, points, domain, { ...sharp, radius })
    }
    return onResize(element, draw)
  }, [points, domain, radius])
  return <canvas ref={canvas} />
}

const STAMP: PointInk = { darker: 0, rim: null, tone: 'light' }

/** Inset, so that points at the domain's edge stay whole. */
function paintStamp(
  context: CanvasRenderingContext2D,
  points: PlotPoints,
  domain: Domain,
  size: { width: number; height: number; radius: number },
): void {
  const inset = size.width * 0.08
  const inner = { ...size, width: size.width - 2 * inset, height: size.height - 2 * inset }
  context.translate(inset, inset)
  paintPoints(context, points, domain, inner, STAMP)
}
