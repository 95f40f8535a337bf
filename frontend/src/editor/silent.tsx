import { useEffect, useRef } from 'react'
import type { AnyLayer, Catalogue } from '../protocol'
import { store } from '../state'
import { type FrameView, frames } from '../stream'
import { boundsOf, neuronMap } from './frame-values'

const WHY =
  'Measured at every place of the neuron’s picture. Where it outputs 0 it has no slope, so that nothing there teaches it.'

/** How many neurons of a layer are silent, below its card; written past React, as frames come. */
export function Silent({ layer }: { layer: AnyLayer }) {
  const element = useRef<HTMLParagraphElement>(null)
  useEffect(
    () =>
      frames.subscribe((frame) => {
        if (element.current) say(element.current, silentIn(frame, layer, store.getState().catalogue))
      }),
    [layer],
  )
  return <p ref={element} className="card-silent" title={WHY} hidden />
}

function say(element: HTMLElement, count: number): void {
  const words = count ? `${count} ${count === 1 ? 'neuron outputs' : 'neurons output'} 0 on every point` : ''
  if (element.textContent !== words) element.textContent = words
  element.hidden = count === 0
}

/**
 * Neurons that output 0 wherever they are looked at. Only under an activation that cuts off at 0 and is open above:
 * there a map's greatest cell is its greatest value, so that cells of 0 are zeros and not small numbers.
 */
export function silentIn(frame: FrameView, layer: AnyLayer, catalogue: Catalogue | null): number {
  const { low, high } = boundsOf(layer, catalogue)
  if (low !== 0 || high !== null) return 0
  const units = 'units' in layer ? layer.units : 0
  const maps = Array.from({ length: units }, (_, index) => neuronMap(frame, layer.id, index))
  return maps.filter((map) => map?.data.every((cell) => cell === 0)).length
}
