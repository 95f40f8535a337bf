export type PlacedLabel = { left: number; width: number }

/**
 * A row for each label, such that labels of a row do not touch: the first row with room for it, or null where
 * `rows` rows are full. Labels in ascending order of `left`; `gap` in the same unit.
 */
export function labelRows(labels: readonly PlacedLabel[], rows: number, gap: number): (number | null)[] {
  const ends = new Array<number>(rows).fill(Number.NEGATIVE_INFINITY)
  return labels.map(({ left, width }) => {
    const row = ends.findIndex((end) => left >= end + gap)
    if (row < 0) return null
    ends[row] = left + width
    return row
  })
}
