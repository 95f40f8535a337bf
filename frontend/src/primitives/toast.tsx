import { Toast as Radix } from 'radix-ui'
import { Button, IconButton } from './button'
import type { NoticeAction } from './notice'
import './toast.css'

export type ToastItem = {
  id: string
  text: string
  action?: NoticeAction | undefined
  /** By default 6 s; one with an action stays 10 s. Hovering or focusing it stops the clock. */
  durationMs?: number | undefined
}

/** Short messages above the bottom edge; the caller keeps the list. Their region is reached with F8. */
export function Toasts(props: { toasts: readonly ToastItem[]; onDismiss: (id: string) => void }) {
  return (
    <Radix.Provider swipeDirection="down" label="Message">
      {props.toasts.map((toast) => (
        <One key={toast.id} toast={toast} onDismiss={() => props.onDismiss(toast.id)} />
      ))}
      <Radix.Viewport className="toasts" />
    </Radix.Provider>
  )
}

function One({ toast, onDismiss }: { toast: ToastItem; onDismiss: () => void }) {
  const { action } = toast
  const duration = toast.durationMs ?? (action ? 10_000 : 6_000)
  return (
    <Radix.Root className="toast" duration={duration} onOpenChange={(open) => !open && onDismiss()}>
      <Radix.Description className="toast-text">{toast.text}</Radix.Description>
      {action && (
        <Radix.Action asChild altText={action.label}>
          <Button size="small" onClick={action.onClick}>
            {action.label}
          </Button>
        </Radix.Action>
      )}
      <Radix.Close asChild>
        <IconButton icon="close" label="Dismiss" size="small" />
      </Radix.Close>
    </Radix.Root>
  )
}
