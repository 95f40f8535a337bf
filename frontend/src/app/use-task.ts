import { useMemo } from 'react'
import { type Task, taskOf } from '../core/task'
import { useNetloom } from '../state'

/** What the present data asks the network to learn. */
export function useTask(): Task {
  const source = useNetloom((model) => model.experiment.data.source)
  const datasets = useNetloom((model) => model.catalogue?.datasets)
  return useMemo(() => taskOf(source, datasets ?? []), [source, datasets])
}
