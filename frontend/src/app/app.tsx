import { TooltipProvider } from '../primitives'
import { useNetloom } from '../state'
import { DoorPage, TroublePage, WaitingPage } from './gate'
import { Mishap } from './mishap'
import { Shell } from './shell'
import { usePage } from './use-page'

/** The whole page: what stands in its way, or the workbench. */
export function App() {
  const page = usePage()
  const ready = useNetloom((model) => model.catalogue !== null && Boolean(model.experiment.network))
  return (
    <TooltipProvider>
      {page.state === 'locked' && <DoorPage message={page.message} onKey={page.retry} />}
      {page.state === 'trouble' && <TroublePage message={page.message} onRetry={page.retry} />}
      {(page.state === 'opening' || page.state === 'open') && !ready && <WaitingPage />}
      {(page.state === 'opening' || page.state === 'open') && ready && (
        <Mishap>
          <Shell />
        </Mishap>
      )}
    </TooltipProvider>
  )
}
