import { taskOf } from '../core/task'
import type { DatasetItem, Experiment } from '../protocol'
import type { Ghost } from '../state'

export type ChartColumn = 'train_loss' | 'train_metric'

/** The previous run's line, in a chart that measures the same: the same loss, or accuracy and accuracy. */
export function chartGhost(
  ghost: Ghost | null,
  column: ChartColumn,
  measured: Experiment,
  datasets: readonly DatasetItem[],
) {
  if (!ghost || !measuresTheSame(ghost, column, measured, datasets)) return null
  const { epoch, length, [column]: values } = ghost.columns
  return { epochs: epoch, values, count: length }
}

function measuresTheSame(
  { loss, source }: Ghost,
  column: ChartColumn,
  { training, data }: Experiment,
  datasets: readonly DatasetItem[],
): boolean {
  if (column === 'train_loss') return JSON.stringify(loss) === JSON.stringify(training.loss)
  return taskOf(source, datasets).kind === taskOf(data.source, datasets).kind
}
