import type { FieldFacts } from './schema'
import { linearStops, logarithmicStops } from './stops'

const NEAR_ONE = [
  0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 0.9999,
]

/** The round values that a slider offers for a field, from what its declaration says; null: better typed. */
export function stopsOf(facts: FieldFacts): readonly number[] | null {
  if (facts.logarithmic) return logarithmicStops(facts.low, facts.high, facts.min === 0)
  if (facts.type === 'integer') return null
  if (!Number.isFinite(facts.min) || !Number.isFinite(facts.max)) return null
  return stopsBetween(facts)
}

function stopsBetween({ min, max, fallback }: FieldFacts): readonly number[] | null {
  const usual = typeof fallback === 'number' ? fallback : 0
  if (max === 1 && usual >= 0.8) return NEAR_ONE
  if (usual > 0 && usual < max / 500) return logarithmicStops(Math.max(min, usual / 1000), max, min === 0)
  if (max - min <= 1) return linearStops(min, max, 0.05)
  return max - min <= 5 ? linearStops(min, max, 0.25) : null
}
