/**
 * Which of `count` rows a table shows in at most about `most`: the newest half one by one, the rest evenly spread
 * from row 0, which always stays. Ascending.
 */
export function sampleRows(count: number, most: number): number[] {
  if (count <= most) return Array.from({ length: count }, (_, i) => i)
  const newest = Math.floor(most / 2)
  const older = count - newest
  const step = Math.ceil(older / (most - newest))
  const spread = Array.from({ length: Math.ceil(older / step) }, (_, i) => i * step)
  return [...spread, ...Array.from({ length: newest }, (_, i) => older + i)]
}
