import { Button, IconButton, Menu, type MenuEntry } from '../primitives'
import { actions, useNetloom } from '../state'
import { copyLink } from './copy-link'
import { deviceWords } from './device-words'
import { ExamplesMenu } from './examples-menu'
import { panels } from './panels'
import { Title } from './title'
import { EpochCounter, Speed, Transport } from './transport'
import { useMedia } from './use-media'
import { useTheme } from './use-theme'
import './top-bar.css'

/** Name, what is open, the transport, and what concerns the whole page. */
export function TopBar() {
  const narrow = useMedia('(max-width: 1320px)')
  const phone = useMedia('(max-width: 640px)')
  const present = useNetloom((model) => model.present)
  return (
    <header className="top-bar">
      <div className="top-bar-start">
        <h1 className="wordmark">
          net<b>loom</b>
        </h1>
        {!present && <ExamplesMenu />}
        <Title />
      </div>
      {!phone && (
        <div className="top-bar-middle">
          <Transport />
          <Speed />
          <EpochCounter />
        </div>
      )}
      <div className="top-bar-end">
        {!present && <UndoRedo />}
        {present ? <LeavePresent /> : narrow ? <MoreMenu /> : <PageButtons />}
        {!present && !narrow && (
          <Button
            icon="link"
            onClick={copyLink}
            tooltip="Everything but the trained weights travels in the link"
          >
            Copy link
          </Button>
        )}
      </div>
    </header>
  )
}

const CODE_WORDS = 'Show code: a script that trains this very network'

function UndoRedo() {
  const past = useNetloom((model) => model.undo.past.at(-1)?.label)
  const future = useNetloom((model) => model.undo.future.at(-1)?.label)
  return (
    <>
      <IconButton
        icon="undo"
        label="Undo"
        tooltip={past ? `Undo: ${past}` : 'Nothing to undo'}
        shortcut="Ctrl Z"
        disabled={!past}
        onClick={() => void actions.undo()}
      />
      <IconButton
        icon="redo"
        label="Redo"
        tooltip={future ? `Redo: ${future}` : 'Nothing to redo'}
        shortcut="Ctrl Shift Z"
        disabled={!future}
        onClick={() => void actions.redo()}
      />
    </>
  )
}

function PageButtons() {
  const { theme, toggle } = useTheme()
  return (
    <>
      <IconButton icon="code" label="Show code" tooltip={CODE_WORDS} onClick={() => show('code')} />
      <IconButton
        icon="present"
        label="Present"
        tooltip="Present: large, for the back of the room"
        shortcut="P"
        onClick={() => actions.setPresent(true)}
      />
      <IconButton
        icon={theme === 'dark' ? 'sun' : 'moon'}
        label={theme === 'dark' ? 'Light theme' : 'Dark theme'}
        tooltip={theme === 'dark' ? 'Light theme' : 'Dark theme'}
        onClick={toggle}
      />
      <IconButton
        icon="help"
        label="Help"
        tooltip="Help and keys"
        shortcut="?"
        onClick={() => show('help')}
      />
    </>
  )
}

function MoreMenu() {
  const { theme, toggle } = useTheme()
  const phone = useMedia('(max-width: 640px)')
  const device = useNetloom((model) => model.run?.device ?? '')
  const entries: MenuEntry[] = [
    ...(phone ? restarts : []),
    { label: 'Copy link', icon: 'link', onSelect: copyLink },
    { label: 'Show code', icon: 'code', onSelect: () => show('code') },
    { label: 'Present', icon: 'present', shortcut: 'P', onSelect: () => actions.setPresent(true) },
    {
      label: theme === 'dark' ? 'Light theme' : 'Dark theme',
      icon: theme === 'dark' ? 'sun' : 'moon',
      onSelect: toggle,
    },
    { label: 'Help', icon: 'help', shortcut: '?', onSelect: () => show('help') },
    ...(device ? (['line', { note: deviceWords(device) }] as const) : []),
  ]
  return <Menu align="end" entries={entries} trigger={<IconButton icon="more" label="More" />} />
}

/** On a phone the transport has room for the steps alone. */
const restarts: MenuEntry[] = [
  { label: 'Restart', icon: 'restart', onSelect: () => void actions.restart() },
  { label: 'New weights', icon: 'dice', onSelect: () => void actions.newWeights() },
  { label: 'New data', icon: 'dice', onSelect: () => void actions.newData() },
  'line',
]

function LeavePresent() {
  return (
    <Button icon="close" shortcut="P" onClick={() => actions.setPresent(false)}>
      Leave
    </Button>
  )
}

function show(dialog: 'help' | 'code'): void {
  panels.setState({ dialog })
}
