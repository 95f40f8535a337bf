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

export function useMeasuredTask(): Task {
  const { source } = useMeasured().data
  const datasets = useNetloom((model) => model.catalogue?.datasets)
  return useMemo(() => taskOf(source, datasets ?? []), [source, datasets])
}
