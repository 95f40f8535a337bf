import { useEffect, useRef, useState } from 'react'
import { formatCount } from '../core/format'
import { SPEEDS } from '../core/speeds'
import { Button, IconButton, NumberField, Popover, SplitButton, Track } from '../primitives'
import { actions, store, useNetloom } from '../state'
import { frames } from '../stream'
import { deviceWords } from './device-words'
import { openExperiment, playOrPause } from './page-life'
import { panels } from './panels'
import { useFacts } from './use-facts'
import { useMedia } from './use-media'
import './transport.css'

/** Restart, one update, play or pause, one epoch, run to an epoch: always visible, always the same size. */
export function Transport() {
  return (
    <div className="transport" role="toolbar" aria-label="Training">
      <RestartButton />
      <StepButtons />
    </div>
  )
}

/** On a phone, at the thumb. */
export function BottomTransport() {
  if (!useMedia('(max-width: 640px)')) return null
  return (
    <footer className="bottom-transport">
      <StepButtons runTo={false} />
      <IconButton
        icon="settings"
        label="Controls"
        look="plain"
        onClick={() => panels.setState({ sheet: 'controls' })}
      />
      <EpochCounter />
    </footer>
  )
}

function StepButtons({ runTo = true }: { runTo?: boolean }) {
  const batch = useNetloom((model) => model.experiment.training.batch_size)
  const words = batch === 'all' ? 'all training points at once' : batch === 1 ? '1 point' : `${batch} points`
  return (
    <>
      <Button
        className="transport-step"
        tooltip={`One mini-batch: ${words}`}
        shortcut="S"
        onClick={() => void actions.advance('update')}
      >
        +1 update
      </Button>
      <PlayButton />
      <Button
        className="transport-step"
        tooltip="Every training point once"
        shortcut="E"
        onClick={() => void actions.advance('epoch')}
      >
        +1 epoch
      </Button>
      {runTo && <RunTo />}
    </>
  )
}

function PlayButton() {
  const playing = useNetloom((model) => model.run?.playing ?? false)
  const limit = useNetloom((model) => model.run?.reason === 'epoch_limit' && model.run.status === 'finished')
  const words = playing ? 'Pause' : limit ? 'Continue' : 'Play'
  return (
    <Button
      className="transport-play"
      look="accent"
      size="large"
      icon={playing ? 'pause' : 'play'}
      shortcut="Space"
      tooltip={playing ? 'Stop here; nothing is lost' : 'Train until you pause'}
      onClick={playOrPause}
    >
      <span className="transport-words">{words}</span>
    </Button>
  )
}

function RestartButton() {
  const seeds = useNetloom((model) => model.experiment.seeds)
  const reopen = () => {
    const { origin } = store.getState()
    if (origin) void openExperiment(origin, 'Reopen example')
  }
  return (
    <SplitButton
      label="Restart"
      icon="restart"
      tooltip="Same weights, same data, epoch 0"
      shortcut="R"
      onClick={() => void actions.restart()}
      menuLabel="More ways to restart"
      entries={[
        {
          label: 'New weights',
          hint: `Other initial weights, same data. Seed now ${seeds.weights}`,
          icon: 'dice',
          shortcut: 'N',
          onSelect: () => void actions.newWeights(),
        },
        {
          label: 'New data',
          hint: `Other points by the same rule. Seed now ${seeds.data}`,
          icon: 'dice',
          onSelect: () => void actions.newData(),
        },
        'line',
        { label: 'Reopen example', hint: 'As it was when it was opened', icon: 'book', onSelect: reopen },
      ]}
    />
  )
}

export function RunTo() {
  const [open, setOpen] = useState(false)
  const [epoch, setEpoch] = useState(1000)
  const run = () => {
    setOpen(false)
    void actions.play(epoch)
  }
  return (
    <Popover
      label="Run to an epoch"
      open={open}
      onOpenChange={(on) => {
        if (on) setEpoch(nextGoal(store.getState().run?.epoch ?? 0))
        setOpen(on)
      }}
      trigger={
        <IconButton
          icon="epoch"
          label="Run to an epoch"
          tooltip="Run to an epoch of your choice, as fast as it goes"
          look="plain"
        />
      }
    >
      <form
        className="run-to"
        onSubmit={(event) => {
          event.preventDefault()
          run()
        }}
      >
        <NumberField
          label="Run to epoch"
          help="Trains without a stop up to this epoch, and pauses there."
          value={epoch}
          min={1}
          max={10_000_000}
          step={100}
          integer
          onChange={setEpoch}
        />
        <Button look="accent" icon="play" onClick={run}>
          Run, as fast as it goes
        </Button>
      </form>
    </Popover>
  )
}

/** The next round number after the present epoch: 100, 1000, 10,000. */
function nextGoal(epoch: number): number {
  return [100, 1000, 10_000, 100_000].find((goal) => goal > epoch) ?? epoch + 100_000
}

const POSITIONS = SPEEDS.map((_, position) => position)

/** How fast it plays, with its unit. */
export function Speed() {
  const facts = useFacts('view.speed')
  const speed = useNetloom((model) => model.experiment.view.speed)
  return (
    <div className="speed" title={facts.help}>
      <Track
        label={facts.title}
        help={facts.help}
        value={SPEEDS.indexOf(speed)}
        stops={POSITIONS}
        format={(position) => SPEEDS[position] ?? ''}
        onChange={(position) => void actions.setSpeed(SPEEDS[position] ?? 'max')}
      />
      <output className="speed-words">{speed === 'max' ? 'as fast as it goes' : speed}</output>
    </div>
  )
}

/** The epoch that the picture shows; written past React, as frames come. */
export function EpochCounter() {
  const device = useNetloom((model) => model.run?.device ?? '')
  const number = useRef<HTMLElement>(null)
  const update = useRef<HTMLElement>(null)
  useEffect(() => {
    const show = (epoch: number, step: number) => {
      if (number.current) number.current.textContent = formatCount(epoch)
      if (update.current) update.current.textContent = `update ${formatCount(step)}`
    }
    const fromRun = () => {
      const { run } = store.getState()
      show(run?.epoch ?? 0, run?.step ?? 0)
    }
    fromRun()
    const stops = [
      frames.subscribe(({ header }) => show(header.epoch, header.step)),
      store.subscribe((now, before) => now.run?.status !== before.run?.status && fromRun()),
    ]
    return () => {
      for (const stop of stops) stop()
    }
  }, [])
  return (
    <div className="epoch-counter" title={deviceWords(device)}>
      <span className="heading">Epoch</span>
      <b ref={number} data-testid="epoch" />
      <small ref={update} data-testid="update" />
    </div>
  )
}
