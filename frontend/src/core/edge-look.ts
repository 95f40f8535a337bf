/** How a weight looks as a line: sign by color, size by width and opacity. */

/** The size that most of the weights stay below: their 96th percentile of |weight|, so that one giant hides none. */
export function robustMax(arrays: Iterable<Float32Array>): number {
  const sizes: number[] = []
  for (const array of arrays)
    for (const weight of array) if (Number.isFinite(weight)) sizes.push(Math.abs(weight))
  if (sizes.length === 0) return 1
  sizes.sort((a, b) => a - b)
  return sizes[Math.floor((sizes.length - 1) * 0.96)] || sizes.at(-1) || 1
}

const THINNEST = 0.7
const WIDEST = 6.5
const FAINTEST = 0.2

/** Width in pixels and opacity of a line for `share` = |weight| / the robust greatest. */
export function lineLook(share: number): { width: number; opacity: number } {
  const held = Number.isFinite(share) ? Math.min(share, 1.25) : 0
  return {
    width: THINNEST + (WIDEST - THINNEST) * held ** 1.7,
    opacity: Math.min(FAINTEST + (1 - FAINTEST) * held ** 0.9, 0.94),
  }
}
