import { fitToTask } from '../core/task'
import type { Data, Seeds, Source, Training } from '../protocol'
import { actions, store } from '../state'

/** Changes some of the training's settings; the label stands on the chart. */
export function changeTraining(part: Partial<Training>, label: string, key?: string): void {
  const { training } = store.getState().experiment
  void actions.edit({ training: { ...training, ...part } }, label, key ? { key } : {})
}

export function changeData(part: Partial<Data>, label: string, key?: string): void {
  const { data } = store.getState().experiment
  void actions.edit({ data: { ...data, ...part } }, label, key ? { key } : {})
}

export function changeSeeds(part: Partial<Seeds>, label: string): void {
  void actions.edit({ seeds: { ...store.getState().experiment.seeds, ...part } }, label)
}

const RENAMED = { name: 'Rename', summary: 'Summary', question: 'Question' } as const

export type WordsName = keyof typeof RENAMED

/** What the experiment is called, shows and asks. */
export function changeWords(name: WordsName, text: string): void {
  void actions.edit({ [name]: text }, RENAMED[name])
}

const newestStep = (): number | undefined => store.getState().undo.past.at(-1)?.id

/**
 * Takes another data set and, in the same step of undo, what the network needs to learn it. Says so, unless a newer
 * step was taken meanwhile.
 */
export async function changeSource(source: Source, title: string): Promise<void> {
  const { experiment, catalogue, history } = store.getState()
  const { changes, words } = fitToTask(experiment, source, catalogue ?? {})
  const trained = history.length > 1
  const asked = actions.edit(changes, title)
  const step = newestStep()
  const answer = await asked
  if (!answer.ok || step === undefined || step !== newestStep() || (!words.length && !trained)) return
  const changed = words.length ? ` Changed with it: ${words.join(', ')}.` : ''
  const kept = trained ? ' Undo brings the trained network back.' : ''
  const action = { label: 'Undo', onClick: () => void actions.undo() }
  actions.notify(`${title}.${changed}${kept}`, 'info', { action, step })
}
