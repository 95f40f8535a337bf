import { useEffect } from 'react'
import { actionOf, type KeyAction } from '../core/keys'
import { shiftSpeed } from '../core/speeds'
import { actions, store } from '../state'
import { openExperiment, playOrPause } from './page-life'
import { panels } from './panels'

/** Listens for the page's keys: not while typing, not while something lies over the page. */
export function useShortcuts(): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.repeat || isTyping(event.target)) return
      const asked = actionOf(event)
      if (!asked || (asked.action === 'play' && takesSpace(event.target)) || isCovered()) return
      event.preventDefault()
      carryOut(asked.action, asked.example)
    }
    const released = (event: KeyboardEvent) =>
      event.key === ' ' && focusedByPointer && !isTyping(event.target) && event.preventDefault()
    document.addEventListener('keydown', pressed)
    document.addEventListener('keyup', released)
    document.addEventListener('keydown', beforeOthers, true)
    document.addEventListener('pointerdown', rememberPointer, true)
    return () => {
      document.removeEventListener('keydown', pressed)
      document.removeEventListener('keyup', released)
      document.removeEventListener('keydown', beforeOthers, true)
      document.removeEventListener('pointerdown', rememberPointer, true)
    }
  }, [])
}

/**
 * Whether the focus is where a pointer brought it, or a menu that was used by pointer gave it back: Space then still
 * plays, as it says on the page, and does not press the button again.
 */
let focusedByPointer = false

function rememberPointer(): void {
  focusedByPointer = true
}

/** Before what has the focus takes the key: a menu's button would open its menu again. */
function beforeOthers(event: KeyboardEvent): void {
  if (event.key === 'Tab' || event.key.startsWith('Arrow')) focusedByPointer = false
  const plays = actionOf(event)?.action === 'play' && focusedByPointer
  if (!plays || event.repeat || isTyping(event.target) || isCovered()) return
  event.preventDefault()
  event.stopPropagation()
  playOrPause()
}

function carryOut(action: KeyAction, example = 0): void {
  const { experiment, present } = store.getState()
  if (action === 'play') playOrPause()
  if (action === 'update' || action === 'epoch') void actions.advance(action)
  if (action === 'restart') void actions.restart()
  if (action === 'weights') void actions.newWeights()
  if (action === 'slower') void actions.setSpeed(shiftSpeed(experiment.view.speed, -1))
  if (action === 'faster') void actions.setSpeed(shiftSpeed(experiment.view.speed, 1))
  if (action === 'present') actions.setPresent(!present)
  if (action === 'undo') void actions.undo()
  if (action === 'redo') void actions.redo()
  if (action === 'help') panels.setState({ dialog: 'help' })
  if (action === 'example') openNumbered(example)
}

function openNumbered(index: number): void {
  const example = store.getState().catalogue?.examples[index]
  if (example) void openExperiment(example.experiment, `Open “${example.name}”`)
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || target.matches('input, textarea, select, [role="textbox"]')
}

/** Space presses what has the focus, where that is something to press and the keyboard led there. */
function takesSpace(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return target.matches(
    'button, a, summary, [role="button"], [role="radio"], [role="checkbox"], [role="switch"], [role="tab"]',
  )
}

function isCovered(): boolean {
  return document.querySelector('[role="dialog"], [role="menu"], [role="listbox"]') !== null
}
