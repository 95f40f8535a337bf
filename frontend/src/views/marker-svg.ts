import { markerCorners } from './points'

/** The shape of a class as an SVG path around 0, 0. */
export function markerPathText(shape: number, radius: number): string {
  const corners = markerCorners(shape, radius)
  if (!corners)
    return `M${-radius} 0a${radius} ${radius} 0 1 0 ${2 * radius} 0a${radius} ${radius} 0 1 0 ${-2 * radius} 0Z`
  return `M${corners.map(([x, y]) => `${x.toFixed(2)} ${y.toFixed(2)}`).join('L')}Z`
}
