import { useMemo } from 'react'
import { type Task, taskOf } from '../core/task'
import type { Experiment } from '../protocol'
import { session, useNetloom } from '../state'

/** What the present data asks the network to learn. */
export function useTask(): Task {
  const source = useNetloom((model) => model.experiment.data.source)
  const datasets = useNetloom((model) => model.catalogue?.datasets)
  return useMemo(() => taskOf(source, datasets ?? []), [source, datasets])
}

/** What the numbers on the page were measured on: an edit that the server has not answered changes none of them. */
export function useMeasured(): Experiment {
  return useNetloom((model) => (model.unanswered ? session.confirmed : model.experiment))
}

/** The task that the pictures and numbers on the page belong to. */
export function useMeasuredTask(): Task {
  const { source } = useMeasured().data
  const datasets = useNetloom((model) => model.catalogue?.datasets)
  return useMemo(() => taskOf(source, datasets ?? []), [source, datasets])
}

/** Whether the page shows settings of a task that the pictures and numbers are not of yet. */
export function usePreparing(): boolean {
  const asked = useTask()
  const measured = useMeasuredTask()
  return (
    asked.kind !== measured.kind || asked.classes !== measured.classes || asked.inputs !== measured.inputs
  )
}
