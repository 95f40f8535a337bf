import { lazy, Suspense, useLayoutEffect } from 'react'
import { NetworkCanvas } from '../editor'
import { Toasts } from '../primitives'
import { actions, useNetloom } from '../state'
import { CaptionBar } from './caption-bar'
import { ControlsPanel } from './controls-panel'
import { OutputPanel } from './output-panel'
import { panels, usePanels } from './panels'
import { useShortcuts } from './shortcuts'
import { SidePanel } from './side-panel'
import { TopBar } from './top-bar'
import { BottomTransport } from './transport'
import { usePreparing } from './use-task'
import './shell.css'

const HelpDialog = lazy(() => import('./help-dialog').then(({ HelpDialog }) => ({ default: HelpDialog })))
const CodeDialog = lazy(() => import('./code-dialog').then(({ CodeDialog }) => ({ default: CodeDialog })))

/** The workbench: bar, controls, network, output. */
export function Shell() {
  const present = useNetloom((model) => model.present)
  const preparing = usePreparing()
  useShortcuts()
  // Before the charts are made: they measure their text once.
  useLayoutEffect(() => {
    document.documentElement.toggleAttribute('data-present', present)
  }, [present])
  return (
    <div className="shell" data-present={present || undefined} data-preparing={preparing || undefined}>
      <TopBar />
      {!present && (
        <SidePanel side="left" name="controls" title="Controls">
          <ControlsPanel />
        </SidePanel>
      )}
      <main className="stage">
        <CaptionBar />
        <h2 className="visually-hidden">Network</h2>
        <div className="stage-canvas">
          <NetworkCanvas />
        </div>
      </main>
      <SidePanel side="right" name="output" title="Output">
        <OutputPanel />
      </SidePanel>
      <BottomTransport />
      <Dialogs />
      <Messages />
    </div>
  )
}

function Messages() {
  const toasts = useNetloom((model) => model.toasts)
  const timed = toasts.map((toast) => ({ ...toast, durationMs: toast.action?.staysMs }))
  return <Toasts toasts={timed} onDismiss={actions.dismiss} />
}

function Dialogs() {
  const dialog = usePanels(({ dialog }) => dialog)
  const close = () => panels.setState({ dialog: null })
  return (
    <Suspense>
      {(dialog === 'help' || dialog === 'glossary') && <HelpDialog page={dialog} onClose={close} />}
      {dialog === 'code' && <CodeDialog onClose={close} />}
    </Suspense>
  )
}
