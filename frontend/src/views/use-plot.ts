import { type RefObject, useEffect, useRef } from 'react'
import type { Domain } from '../core/plot-scale'
import { nearestPoint } from './paint-points'
import { PlotPointer, type PlotPointerProps } from './plot-pointer'
import type { PlotPoints } from './points'

const REACH = 0.03

export type PlotMarks = { cross: RefObject<HTMLDivElement | null>; brush: RefObject<HTMLDivElement | null> }

/** The pointer of a plot: handlers for its surface, always with the newest props and points. */
export function usePlotPointer(
  domain: Domain,
  marks: PlotMarks,
  points: PlotPoints | null,
  props: PlotPointerProps,
): RefObject<PlotPointer | null> {
  const pointer = useRef<PlotPointer>(null)
  const [left, right, bottom, top] = [...domain.x, ...domain.y]
  useEffect(() => {
    const fresh = { x: [left, right], y: [bottom, top] } as const
    pointer.current = new PlotPointer(fresh, [marks.cross.current, marks.brush.current])
  }, [left, right, bottom, top, marks.cross, marks.brush])
  useEffect(() => {
    if (!pointer.current) return
    pointer.current.props = props
    pointer.current.pointAt = (place) => (points ? nearestPoint(points, domain, place, REACH) : null)
  })
  return pointer
}
