const FINE = [1, 2, 5]
const COARSE = [1, 3]

/** Round values inside `low`..`high` (both positive), ascending: 1-2-5 over a narrow range, 1-3, then whole decades. */
export function logTicks(low: number, high: number, most = 6): number[] {
  const decades = Math.log10(high / low)
  if (decades < 0.45) return evenTicks(low, high)
  const mantissas = [FINE, COARSE, [1]].find((list) => decades * list.length <= most) ?? [1]
  const ticks = decadesBetween(low, high).flatMap((decade) =>
    mantissas.map((mantissa) => mantissa * 10 ** decade),
  )
  const inside = ticks.map(tidy).filter((tick) => tick >= low && tick <= high)
  return thin(inside, most)
}

/** Over less than half a decade a logarithm is nearly straight: two round digits in even steps read best. */
function evenTicks(low: number, high: number): number[] {
  const raw = (high - low) / 3
  const power = 10 ** Math.floor(Math.log10(raw))
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= raw) ?? 10)
  const ticks: number[] = []
  for (let tick = Math.ceil(low / step) * step; tick <= high; tick += step) ticks.push(tidy(tick))
  return ticks
}

function decadesBetween(low: number, high: number): number[] {
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))]
  return Array.from({ length: last - first + 1 }, (_, i) => first + i)
}

function thin(ticks: number[], most: number): number[] {
  const every = Math.ceil(ticks.length / most)
  return ticks.filter((_, i) => i % every === 0)
}

function tidy(value: number): number {
  return Number(value.toPrecision(12))
}
