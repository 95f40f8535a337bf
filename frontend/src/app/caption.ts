import { formatCount, formatFixed, formatNumber, formatSetting } from '../core/format'
import type { IconName } from '../primitives'
import { actions, type Model } from '../state'

/**
 * What one line above the network says. Plain values and functions that stay the same, so that a caption equals the
 * one before it field by field unless it says something else.
 */
export type Caption = {
  tone: 'calm' | 'busy' | 'good' | 'warn' | 'bad'
  icon?: IconName
  title?: string
  text: string
  label?: string
  /** It is the experiment's question, which can be typed over. */
  asks?: boolean
  onClick?: () => void
}

const undo = () => void actions.undo()
const recover = () => void actions.recover()
const goOn = () => void actions.play()

export function openingOf(name: string, ahead: number): Caption {
  return {
    tone: 'busy',
    icon: 'restart',
    title: `Opening “${name}” …`,
    text: `${servedFirst(ahead)}A structure that is new here is compiled once.`,
  }
}

/** The question, or what just happened and what can be done. */
export function captionOf(model: Model): Caption {
  return (
    troubleOf(model) ??
    haltedOf(model) ??
    notSavedOf(model) ??
    restingOf(model) ??
    phaseOf(model) ??
    questionOf(model)
  )
}

const CALL = /\s*Press Play \(Space\)\.?\s*$/

/** The question stays; the call to press Play goes with the first update. */
function questionOf({ run, experiment: { question, name } }: Model): Caption {
  const begun = run !== null && (run.playing || run.step > 0)
  return { tone: 'calm', text: (begun ? question.replace(CALL, '') : question) || name, asks: true }
}

function troubleOf({ connection, engine, run }: Model): Caption | null {
  if (!run && connection !== 'reconnecting') return null
  if (connection === 'reconnecting')
    return {
      tone: 'busy',
      icon: 'restart',
      title: 'Reconnecting …',
      text: 'The run goes on where it is; nothing is lost.',
    }
  if (engine) return { tone: 'busy', icon: 'restart', title: 'Engine restarting …', text: engine.message }
  if (run?.status === 'failed')
    return {
      tone: 'bad',
      icon: 'warning',
      title: 'This network could not be trained.',
      text: run.message ?? '',
      label: 'Undo',
      onClick: undo,
    }
  return null
}

function notSavedOf({ notSaved }: Model): Caption | null {
  return notSaved ? { tone: 'warn', icon: 'warning', title: 'Not saved:', text: notSaved } : null
}

function haltedOf({ run, experiment }: Model): Caption | null {
  if (run?.status === 'diverged')
    return {
      tone: 'bad',
      icon: 'warning',
      title: 'Diverged.',
      text: run.message ?? `The loss left all bounds at update ${formatCount(run.step)}.`,
      label: `Back to the last finite point, learning rate ${formatSetting(experiment.training.learning_rate / 10)}`,
      onClick: recover,
    }
  return run?.status === 'compiling' ? compilingOf(run.queuePosition, run.playing) : null
}

function restingOf({ run }: Model): Caption | null {
  if (run?.status === 'finished' && run.message)
    return {
      tone: 'good',
      icon: 'check',
      text: run.message,
      label: 'Continue',
      onClick: goOn,
    }
  if (run?.status === 'paused' && run.reason === 'not_watched' && run.message)
    return { tone: 'calm', text: run.message }
  return null
}

function compilingOf(queue: number | null, playing: boolean): Caption {
  const meanwhile = playing
    ? 'The old network trains on.'
    : 'This takes a second or two, once for each new structure.'
  const text = servedFirst(queue) + meanwhile
  return { tone: 'busy', icon: 'restart', title: 'Compiling the new network …', text }
}

/** A sentence that another may follow; nothing where nobody is. */
export function servedFirst(count: number | null): string {
  return count ? `${count} ${count === 1 ? 'other is' : 'others are'} served first. ` : ''
}

const PHASES = {
  forward: ['1 Forward', 'the batch, ringed in the output, flows through the network'],
  loss: ['2 Loss', 'the mean over this batch, before the update'],
  backward: ['3 Backward', 'each weight’s share in the error flows back'],
  update: ['4 Update', 'every weight takes a small step against its gradient'],
} as const

/** Slow motion in words, with the real batch's numbers. */
function phaseOf({ phase, batch, experiment }: Model): Caption | null {
  if (!phase || !batch) return null
  const [title, text] = PHASES[phase]
  const size = batch.points.length
  const numbers = {
    forward: `${size} ${size === 1 ? 'point' : 'points'}: `,
    loss: `${formatFixed(batch.loss, 4)}: `,
    backward: '',
    update: `learning rate ${formatNumber(experiment.training.learning_rate)}: `,
  }[phase]
  return { tone: 'calm', title, text: numbers + text }
}
