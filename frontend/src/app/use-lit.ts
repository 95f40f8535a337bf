import { useMemo } from 'react'
import { useNetloom } from '../state'
import type { ShownPoints } from './use-points'

/** The same points with those lit that the update in slow motion learns from. */
export function useLit(points: ShownPoints): ShownPoints {
  const batch = useNetloom((model) => (model.phase ? model.batch : null))
  return useMemo(() => {
    if (!batch) return points
    const members = new Set(batch.points)
    const lit = new Set(points.indices.flatMap((index, i) => (members.has(index) ? [i] : [])))
    return { ...points, lit }
  }, [points, batch])
}
