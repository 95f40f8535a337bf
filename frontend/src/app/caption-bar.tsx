import { useShallow } from 'zustand/react/shallow'
import { formatCount, formatNumber } from '../core/format'
import { Button, classNames, Icon, type IconName } from '../primitives'
import { actions, type Model, useNetloom } from '../state'
import './caption-bar.css'
import { usePanels } from './panels'

type Caption = {
  tone: 'calm' | 'busy' | 'good' | 'warn' | 'bad'
  icon?: IconName
  title?: string
  text: string
  action?: { label: string; onClick: () => void }
}

/** One line above the network: the question, or what just happened and what can be done. Its height never changes. */
export function CaptionBar() {
  const opening = usePanels((open) => open.opening)
  const standing = useNetloom(useShallow(captionOf))
  const caption = opening ? openingOf(opening) : standing
  return (
    <div
      className={classNames('caption', `caption-${caption.tone}`)}
      role={caption.tone === 'bad' ? 'alert' : 'status'}
    >
      {caption.icon && <Icon name={caption.icon} />}
      <p title={caption.text}>
        {caption.title && <strong>{caption.title}</strong>} {caption.text}
      </p>
      {caption.action && (
        <Button size="small" onClick={caption.action.onClick}>
          {caption.action.label}
        </Button>
      )}
    </div>
  )
}

function openingOf(name: string): Caption {
  return {
    tone: 'busy',
    icon: 'restart',
    title: `Opening “${name}” …`,
    text: 'A structure that is new here is compiled once.',
  }
}

function captionOf(model: Model): Caption {
  return (
    troubleOf(model) ??
    standingOf(model) ??
    phaseOf(model) ?? { tone: 'calm', text: model.experiment.question }
  )
}

function troubleOf({ connection, engine, run }: Model): Caption | null {
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
      action: { label: 'Undo', onClick: () => void actions.undo() },
    }
  return null
}

function standingOf({ run, experiment }: Model): Caption | null {
  if (run?.status === 'diverged')
    return {
      tone: 'bad',
      icon: 'warning',
      title: 'Diverged.',
      text: run.message ?? `The loss left all bounds at update ${formatCount(run.step)}.`,
      action: {
        label: `Back to the last finite point, learning rate ${formatNumber(experiment.training.learning_rate / 10)}`,
        onClick: () => void actions.recover(),
      },
    }
  if (run?.status === 'compiling') return compilingOf(run.queuePosition, run.playing)
  if (run?.status === 'finished' && run.message)
    return {
      tone: 'good',
      icon: 'check',
      text: run.message,
      action: { label: 'Continue', onClick: () => void actions.play() },
    }
  if (run?.status === 'paused' && run.reason === 'not_watched' && run.message)
    return { tone: 'calm', text: run.message }
  return null
}

function compilingOf(queue: number | null, playing: boolean): Caption {
  const meanwhile = playing
    ? 'The old network trains on.'
    : 'This takes a second or two, once for each new structure.'
  const text = queue
    ? `${queue} ${queue === 1 ? 'other is' : 'others are'} served first. ${meanwhile}`
    : meanwhile
  return { tone: 'busy', icon: 'restart', title: 'Compiling the new network …', text }
}

const PHASES = {
  forward: ['1 Forward', 'the batch flows through the network'],
  loss: ['2 Loss', 'the answers are compared with the targets'],
  backward: ['3 Backward', 'each weight’s share in the error flows back'],
  update: ['4 Update', 'every weight takes a small step against its gradient'],
} as const

/** Slow motion in words, with the real batch's numbers. */
function phaseOf({ phase, history, experiment, points }: Model): Caption | null {
  if (!phase) return null
  const [title, text] = PHASES[phase]
  const size = experiment.training.batch_size
  const training = points.filter((point) => point.split === 'train').length
  const batch = size === 'all' ? training : Math.min(size, training)
  const loss = history.train_loss[history.length - 1]
  const numbers = {
    forward: `${batch} ${batch === 1 ? 'point' : 'points'}: `,
    loss: loss === undefined ? '' : `loss after the last epoch ${formatNumber(loss)}: `,
    backward: '',
    update: `learning rate ${formatNumber(experiment.training.learning_rate)}: `,
  }[phase]
  return { tone: 'calm', title, text: numbers + text }
}
