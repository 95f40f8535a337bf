import type { Watch } from '../protocol'
import type { Model } from '../state'
import type { Quality } from './quality'

/** A tab that nobody sees: nothing is computed for it; history and events still come. */
export const NOTHING: Watch = {
  boundary: 0,
  neurons: 0,
  weights: false,
  folded: [],
  point: null,
  pins: [],
  predictions: false,
  confusion: false,
  slow_motion: false,
  frames_per_second: 0.5,
}

/** What the page wants to see at this moment; nothing else is computed for it. */
export function watchOf(model: Model, quality: Quality): Watch {
  const { experiment, pins, pinnedPoint, hoveredPoint, wanted, present } = model
  const layers = new Set(experiment.network?.layers.map((layer) => layer.id))
  const point = hoveredPoint ?? pinnedPoint
  return {
    ...quality,
    boundary: present ? Math.max(quality.boundary, 90) : quality.boundary,
    weights: true,
    folded: model.folded.filter((layer) => layers.has(layer)),
    point: point ? [...point] : null,
    pins: pins.filter((pin) => layers.has(pin.layer)),
    predictions: wanted.predictions,
    confusion: wanted.confusion,
    slow_motion: isSlow(model),
  }
}

/** Slow motion: its switch is on, and there is time for it. */
export function isSlow({ experiment }: Model): boolean {
  return experiment.view?.speed === '1 update/s' && experiment.view.slow_motion
}
