import { useMemo } from 'react'
import type { Task } from '../core/task'
import type { Data, DataPoint, OwnPoints } from '../protocol'
import { useNetloom } from '../state'
import { type PlotPoints, TEST, TRAIN, VALIDATION } from '../views'

const SPLITS = { train: TRAIN, validation: VALIDATION, test: TEST } as const

/** The points as the plot wants them; `indices` says which point of the run each one is. */
export type ShownPoints = PlotPoints & { indices: readonly number[] }

/** The points to draw: those of the draft while drawing, else the run's without the splits that are hidden. */
export function useShownPoints(task: Task, draft: OwnPoints | null): ShownPoints {
  const points = useNetloom((model) => model.points)
  const validation = useNetloom((model) => model.experiment.view.show_validation)
  const test = useNetloom((model) => model.experiment.view.show_test)
  return useMemo(() => {
    const all: readonly DataPoint[] = draft
      ? draft.items.map(({ x, target, split }) => ({ x, target, split: split ?? 'train' }))
      : points
    const shown = (point: DataPoint) =>
      draft !== null || point.split === 'train' || (point.split === 'test' ? test : validation)
    const indices = all.flatMap((point, i) => (shown(point) ? [i] : []))
    return plotPoints(all, indices, task)
  }, [points, draft, validation, test, task])
}

function plotPoints(all: readonly DataPoint[], indices: readonly number[], task: Task): ShownPoints {
  const kept = indices.map((i) => all[i] as DataPoint)
  const targets = all.map((point) => point.target)
  return {
    indices,
    x: kept.map((point) => point.x[0] ?? 0),
    y: kept.map((point) => (task.inputs === 1 ? point.target : (point.x[1] ?? 0))),
    target: kept.map((point) => point.target),
    split: kept.map((point) => SPLITS[point.split]),
    classes: task.classes,
    range: [Math.min(...targets, -1), Math.max(...targets, 1)],
  }
}

/** How many points each split has. */
export function useSplitCounts(): Record<DataPoint['split'], number> {
  const points = useNetloom((model) => model.points)
  const data = useNetloom((model) => model.experiment.data)
  const sized = useNetloom(
    (model) => model.catalogue?.datasets.find((item) => item.type === data.source.type)?.sized ?? false,
  )
  return useMemo(() => {
    if (!points.length && sized) return plannedCounts(data)
    const counts = { train: 0, validation: 0, test: 0 }
    for (const point of points) counts[point.split]++
    return counts
  }, [points, data, sized])
}

/** Before the points are there, so that nothing moves when they come. */
function plannedCounts({ count, shares }: Data): Record<DataPoint['split'], number> {
  const [validation, test] = [shares.validation, shares.test].map((share) =>
    Math.round((count * share) / 100),
  )
  return { train: count - (validation ?? 0) - (test ?? 0), validation: validation ?? 0, test: test ?? 0 }
}
