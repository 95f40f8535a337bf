import { rgb } from 'd3-color'

/** Channels in 0..255. */
export type Rgb = readonly [red: number, green: number, blue: number]

export function parseColor(text: string): Rgb {
  const { r, g, b } = rgb(text)
  return [r, g, b]
}

export function mix(from: Rgb, to: Rgb, share: number): Rgb {
  const at = (i: 0 | 1 | 2) => from[i] + (to[i] - from[i]) * share
  return [at(0), at(1), at(2)]
}

/** One opaque pixel of canvas image data, read as a little-endian u32: 0xAABBGGRR. */
export function toPixel([red, green, blue]: Rgb): number {
  return ((255 << 24) | (Math.round(blue) << 16) | (Math.round(green) << 8) | Math.round(red)) >>> 0
}

export function fromPixel(pixel: number): Rgb {
  return [pixel & 255, (pixel >>> 8) & 255, (pixel >>> 16) & 255]
}

export function toCss([red, green, blue]: Rgb): string {
  return `rgb(${Math.round(red)}, ${Math.round(green)}, ${Math.round(blue)})`
}
