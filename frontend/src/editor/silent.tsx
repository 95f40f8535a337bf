import { useEffect, useMemo, useRef } from 'react'
import { placesAround } from '../core/places-around'
import type { AnyLayer, Catalogue, DataPoint, Layout } from '../protocol'
import { store, useNetloom } from '../state'
import { type FrameView, frames } from '../stream'
import { boundsOf, type NeuronMap, neuronMap } from './frame-values'

const WHY =
  'Read from the neurons’ pictures around every training point. Where ReLU outputs 0 it has no slope: nothing there teaches the neuron.'

/** How many neurons of a layer are silent, below its card; written past React, as frames come. */
export function Silent({ layer }: { layer: AnyLayer }) {
  const element = useRef<HTMLParagraphElement>(null)
  const points = useNetloom((model) => model.points)
  const training = useMemo(() => points.filter((point) => point.split === 'train'), [points])
  useEffect(
    () =>
      frames.subscribe((frame) => {
        const count = silentIn(frame, layer, training, store.getState().catalogue)
        if (element.current) say(element.current, count)
      }),
    [layer, training],
  )
  return <p ref={element} className="card-silent" title={WHY} hidden />
}

function say(element: HTMLElement, count: number): void {
  const words = count ? `${count} ${count === 1 ? 'outputs' : 'output'} 0 on every point` : ''
  if (element.textContent !== words) element.textContent = words
  element.hidden = count === 0
}

const known = new WeakMap<readonly DataPoint[], { layout: Layout; places: number[] }>()

/** The map's places around the points; the same for every frame of a layout. */
function placesIn(
  { layout }: FrameView,
  points: readonly DataPoint[],
  { width, height }: NeuronMap,
): number[] {
  const held = known.get(points)
  if (held?.layout === layout) return held.places
  const places = placesAround(points, layout.domain, width, height)
  known.set(points, { layout, places })
  return places
}

/**
 * Neurons that output 0 on every point. Only under an activation that cuts off at 0 and is open above: there a map's
 * greatest cell is its greatest value, so that a cell of 0 is less than a five hundredth of that.
 */
export function silentIn(
  frame: FrameView,
  layer: AnyLayer,
  points: readonly DataPoint[],
  catalogue: Catalogue | null,
): number {
  const { low, high } = boundsOf(layer, catalogue)
  const first = neuronMap(frame, layer.id, 0)
  if (low !== 0 || high !== null || !first || !points.length) return 0
  const places = placesIn(frame, points, first)
  const units = 'units' in layer ? layer.units : 0
  const maps = Array.from({ length: units }, (_, index) => neuronMap(frame, layer.id, index))
  // A folded layer sends a few of its maps: what is not seen is not counted.
  if (maps.includes(null)) return 0
  return maps.filter((map) => map && places.every((place) => map.data[place] === 0)).length
}
