/**
 * What a slider can stand on: an ascending list of round values, its *stops*.
 * A position is a real number in 0..stops.length − 1; whole positions are stops, and a typed value lies between two.
 */

const NICE_MANTISSAS = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8]

/** min, min + step … max. */
export function linearStops(min: number, max: number, step: number): number[] {
  const count = Math.floor((max - min) / step + 1e-9)
  const stops = Array.from({ length: count + 1 }, (_, i) => tidy(min + i * step))
  return tidy(max) > (stops.at(-1) ?? min) ? [...stops, tidy(max)] : stops
}

/** Round values, ten a decade, from min to max; both positive. `zero` puts 0 (off) before them. */
export function logarithmicStops(min: number, max: number, zero = false): number[] {
  const decades = range(Math.floor(Math.log10(min)), Math.ceil(Math.log10(max)))
  const nice = decades.flatMap((decade) => NICE_MANTISSAS.map((mantissa) => tidy(mantissa * 10 ** decade)))
  const inside = nice.filter((value) => value > min && value < max)
  return [...(zero ? [0] : []), min, ...inside, max]
}

/** Where `value` lies among the stops; beyond the ends it is held at them. */
export function positionOf(value: number, stops: readonly number[]): number {
  const last = stops.length - 1
  const above = stops.findIndex((stop) => stop >= value)
  if (above === 0) return 0
  if (above < 0) return last
  const [low, high] = [stops[above - 1] as number, stops[above] as number]
  return above - 1 + (value - low) / (high - low)
}

/** The stop nearest to `position`. */
export function stopAt(position: number, stops: readonly number[]): number {
  const index = Math.round(Math.min(Math.max(position, 0), stops.length - 1))
  return stops[index] as number
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i)
}

/** Removes the dust of binary fractions: 0.1 + 0.2 becomes 0.3. */
function tidy(value: number): number {
  return Number(value.toPrecision(12))
}
