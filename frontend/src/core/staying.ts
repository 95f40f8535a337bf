/** The newest epochs, which are all kept. */
const RAW = 300
const MOST_BUCKETS = 4500

/** Epochs of which two stay: a power of two. */
export function bucketSize(count: number): number {
  let size = 1
  while (size * MOST_BUCKETS < count - RAW) size *= 2
  return size
}

/**
 * Which rows of a long history stay, ascending; null when all do. Rule EV8, as the server has it: of each bucket the
 * first of the least and the last of the greatest training loss, epoch 0, those in `held`, and the newest.
 */
export function staying(
  epochs: ArrayLike<number>,
  losses: ArrayLike<number>,
  length: number,
  held: ReadonlySet<number>,
): number[] | null {
  const count = length ? (epochs[length - 1] as number) + 1 : 0
  const size = bucketSize(count)
  if (size <= 2) return null
  const extreme = extremes(epochs, losses, olderRows(epochs, length, count - RAW), size)
  const stays: number[] = []
  for (let row = 0; row < length; row++) {
    const epoch = epochs[row] as number
    if (extreme[row] || epoch === 0 || epoch >= count - RAW || held.has(epoch)) stays.push(row)
  }
  return stays
}

/** 1 where the row has the least or the greatest loss of its bucket; one that is not finite is the greatest. */
function extremes(
  epochs: ArrayLike<number>,
  losses: ArrayLike<number>,
  older: number,
  size: number,
): Uint8Array {
  const found = new Uint8Array(epochs.length)
  const lossOf = (row: number) => {
    const loss = losses[row] as number
    return Number.isFinite(loss) ? loss : Number.POSITIVE_INFINITY
  }
  for (let start = 0; start < older; ) {
    const bucket = Math.floor((epochs[start] as number) / size)
    let [least, most, row] = [start, start, start + 1]
    for (; row < older && Math.floor((epochs[row] as number) / size) === bucket; row++) {
      if (lossOf(row) < lossOf(least)) least = row
      if (lossOf(row) >= lossOf(most)) most = row
    }
    found[least] = found[most] = 1
    start = row
  }
  return found
}

function olderRows(epochs: ArrayLike<number>, length: number, before: number): number {
  let older = length
  while (older > 0 && (epochs[older - 1] as number) >= before) older--
  return older
}
