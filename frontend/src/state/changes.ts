import type { Changes, Experiment } from '../protocol'

const SECTIONS = ['name', 'summary', 'question', 'data', 'network', 'training', 'seeds', 'view'] as const

export type SectionName = (typeof SECTIONS)[number]

/** The experiment with the sections that `changes` gives. */
export function withChanges(experiment: Experiment, changes: Changes): Experiment {
  const given = SECTIONS.filter((name) => changes[name] != null)
  return { ...experiment, ...Object.fromEntries(given.map((name) => [name, changes[name]])) }
}

/** The same sections as they are in `experiment`: what undoes `changes`. */
export function sectionsOf(experiment: Experiment, changes: Changes): Changes {
  const given = SECTIONS.filter((name) => changes[name] != null)
  return Object.fromEntries(given.map((name) => [name, experiment[name]]))
}

/** Whether two documents describe the same experiment, however the page shows it. */
export function sameExperiment(a: Experiment, b: Experiment): boolean {
  return SECTIONS.every((name) => name === 'view' || JSON.stringify(a[name]) === JSON.stringify(b[name]))
}
