import type { AnyLoss, Experiment, Source } from '../protocol'
import type { Columns, HistoryColumns } from './columns'

/** A previous run's history, and what its numbers measured. */
export type Ghost = { columns: Columns; loss: AnyLoss; source: Source }

/** What is left behind of a run; null where nothing was trained. */
export function ghostOf(history: HistoryColumns, { training, data }: Experiment): Ghost | null {
  if (history.columns.length <= 1) return null
  return { columns: history.copy(), loss: training.loss, source: data.source }
}
