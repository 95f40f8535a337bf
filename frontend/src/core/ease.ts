/** The page's easing, `--ease` of the tokens: cubic-bezier(0.2, 0.7, 0.2, 1), so that canvas and CSS move as one. */
export function ease(share: number): number {
  if (share <= 0) return 0
  if (share >= 1) return 1
  const curve = (a: number, b: number, t: number) =>
    3 * a * (1 - t) ** 2 * t + 3 * b * (1 - t) * t ** 2 + t ** 3
  let [low, high] = [0, 1]
  for (let i = 0; i < 20; i++) {
    const middle = (low + high) / 2
    if (curve(0.2, 0.2, middle) < share) low = middle
    else high = middle
  }
  return curve(0.7, 1, (low + high) / 2)
}
