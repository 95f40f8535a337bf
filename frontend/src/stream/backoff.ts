const FIRST_MS = 250
const MOST_MS = 8000

/** How long to wait before try number `attempt` (0, 1, 2 …), in ms: doubling, at most 8 s, half of it by chance. */
export function backoffMs(attempt: number, random: () => number = Math.random): number {
  const full = Math.min(MOST_MS, FIRST_MS * 2 ** attempt)
  return full / 2 + random() * (full / 2)
}
