import { type RefObject, useLayoutEffect, useState } from 'react'
import type { Box } from '../core/layout-graph'

const MARGIN = 20

const NONE: Box = { left: MARGIN, top: 14, width: 0, height: 0 }

/** The room that the network may fill within its frame, in CSS pixels. */
export function useArea(host: RefObject<HTMLElement | null>): Box {
  const [area, setArea] = useState<Box>(NONE)
  useLayoutEffect(() => {
    const element = host.current as HTMLElement
    const measure = () => setArea((before) => roomIn(element, before))
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [host])
  return area
}

function roomIn({ clientWidth, clientHeight }: HTMLElement, before: Box): Box {
  const margin = clientWidth < 600 ? 12 : MARGIN
  const room = { left: margin, top: 14, width: clientWidth - 2 * margin, height: clientHeight - 18 }
  return room.width === before.width && room.height === before.height ? before : room
}
