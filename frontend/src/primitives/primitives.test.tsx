import { readFileSync } from 'node:fs'
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react'
import type { ReactNode } from 'react'
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { linearStops, logarithmicStops } from '../core/stops'
import {
  Button,
  Dialog,
  Field,
  IconButton,
  NumberField,
  Section,
  Segmented,
  Select,
  Slider,
  Swatches,
  Switch,
  Toasts,
  ToggleChip,
  TooltipProvider,
  TypedNumber,
} from '.'

beforeAll(() => {
  class Observer {
    observe() {}
    unobserve() {}
    disconnect() {}
  }
  vi.stubGlobal('ResizeObserver', Observer)
})

afterEach(cleanup)

function type(input: HTMLElement, text: string): void {
  fireEvent.change(input, { target: { value: text } })
  fireEvent.keyDown(input, { key: 'Enter' })
}

test('a slider goes from one round value to the next', () => {
  const onChange = vi.fn()
  render(<Slider label="Learning rate" value={0.03} stops={logarithmicStops(1e-5, 10)} onChange={onChange} />)

  fireEvent.keyDown(screen.getByRole('slider', { name: 'Learning rate' }), { key: 'ArrowRight' })

  expect(onChange).toHaveBeenCalledWith(0.04)
})

test('a slider goes on from a typed value that is no stop', () => {
  const onChange = vi.fn()
  render(<Slider label="Noise" value={12} unit="%" stops={linearStops(0, 50, 5)} onChange={onChange} />)

  fireEvent.keyDown(screen.getByRole('slider', { name: 'Noise' }), { key: 'ArrowRight' })

  expect(onChange.mock.calls[0]?.[0]).toBe(15)
})

test("a slider's value can be typed, and is held within its ends", () => {
  const onChange = vi.fn()
  render(<Slider label="Noise" value={10} unit="%" stops={linearStops(0, 50, 5)} onChange={onChange} />)

  type(screen.getByRole('textbox', { name: 'Noise, exact value' }), '12,5 %')
  type(screen.getByRole('textbox', { name: 'Noise, exact value' }), '900')

  expect(onChange.mock.calls.map(([value]) => value)).toEqual([12.5, 50])
})

test('a slider says its value in words', () => {
  const words = (value: number) => (value ? String(value) : 'off')
  render(<Slider label="Noise" value={0} format={words} stops={linearStops(0, 50, 5)} onChange={vi.fn()} />)

  expect(screen.getByRole('slider').getAttribute('aria-valuetext')).toBe('off')
})

test('what is typed is committed once, and nonsense or Escape brings the old number back', () => {
  const onCommit = vi.fn()
  render(<TypedNumber aria-label="w" value={1} min={-9} max={9} onCommit={onCommit} />)
  const input = screen.getByRole<HTMLInputElement>('textbox', { name: 'w' })

  type(input, '−0.5')
  fireEvent.blur(input)
  type(input, 'abc')
  fireEvent.change(input, { target: { value: '7' } })
  fireEvent.keyDown(input, { key: 'Escape' })
  fireEvent.blur(input)

  expect(onCommit.mock.calls).toEqual([[-0.5]])
  expect(input.value).toBe('1')
})

test('why a typed number was not taken is said until one types on or leaves the field', () => {
  const fields = { value: 2, min: 1, onChange: vi.fn() }
  render(
    <>
      <NumberField label="Neurons" {...fields} max={8} integer />
      <Slider label="Rate" {...fields} stops={[1, 8]} />
    </>,
    { wrapper: TooltipProvider },
  )
  const said = () => screen.queryByRole('alert')?.textContent

  for (const input of screen.getAllByRole('textbox')) {
    type(input, 'abc')
    expect(said()).toBe('That is not a number; the old one stays.')
    fireEvent.blur(input)
    expect(said()).toBeUndefined()
    type(input, '1e999')
    expect(said()).toBe('The most here is 8.')
    fireEvent.change(input, { target: { value: '-' } })
    expect(said()).toBeUndefined()
    type(input, '-3')
    expect(said()).toBe('The least here is 1.')
    type(input, '4')
    expect(said()).toBeUndefined()
  }
})

test('a field that is left with what is no number says so for a while', () => {
  vi.useFakeTimers()
  render(<Slider label="Rate" value={2} stops={[1, 8]} onChange={vi.fn()} />)
  const input = screen.getByRole('textbox')

  fireEvent.change(input, { target: { value: '0x10' } })
  fireEvent.blur(input)

  expect(screen.getByRole('alert').textContent).toContain('not a number')
  act(() => void vi.advanceTimersByTime(10_000))
  expect(screen.queryByRole('alert')).toBeNull()
  vi.useRealTimers()
})

test('an end that has a word is told and typed by it', () => {
  const onChange = vi.fn()
  const words = (value: number) => (value === 101 ? 'all 40' : String(value))
  render(<Slider label="Batch" value={2} stops={[1, 2, 101]} format={words} integer onChange={onChange} />)

  type(screen.getByRole('textbox'), '5000')
  expect(screen.getByRole('alert').textContent).toBe('The most here is all 40.')
  type(screen.getByRole('textbox'), 'All')

  expect(screen.queryByRole('alert')).toBeNull()
  expect(onChange.mock.calls).toEqual([[101], [101]])
})

test('a number field stops at its ends and adds without binary dust', () => {
  const onChange = vi.fn()
  render(
    <TooltipProvider>
      <NumberField label="Momentum" value={0.7} min={0} max={0.8} step={0.1} onChange={onChange} />
      <NumberField label="Neurons" value={1} min={1} max={8} integer onChange={onChange} />
    </TooltipProvider>,
  )

  fireEvent.click(screen.getByRole('button', { name: 'Momentum: more' }))
  fireEvent.click(screen.getByRole('button', { name: 'Neurons: less' }))

  expect(onChange.mock.calls).toEqual([[0.8]])
})

test.each([
  [true, 'auto'],
  [false, 'smooth'],
])('a section that is unfolded comes into view; stillness wanted: %s', (still, behavior) => {
  vi.stubGlobal('matchMedia', () => ({ matches: still }))
  const scrollIntoView = vi.fn()
  HTMLElement.prototype.scrollIntoView = scrollIntoView
  render(
    <Section title="Numbers" collapsible="closed">
      <p>0.5</p>
    </Section>,
  )

  fireEvent.click(screen.getByRole('button', { name: 'Numbers' }))
  expect(screen.getByText('0.5')).toBeTruthy()
  expect(scrollIntoView.mock.calls).toEqual([[{ block: 'nearest', behavior }]])
  fireEvent.click(screen.getByRole('button', { name: 'Numbers' }))
  expect(scrollIntoView).toHaveBeenCalledTimes(1)
})

test('Escape closes a dialog at once, also under a message that has just come', () => {
  const onOpenChange = vi.fn()
  const page = (toasts: { id: string; text: string }[]) => (
    <TooltipProvider>
      <Dialog open title="Show code" onOpenChange={onOpenChange}>
        <button type="button">Copy</button>
      </Dialog>
      <Toasts toasts={toasts} onDismiss={vi.fn()} />
    </TooltipProvider>
  )
  const { rerender } = render(page([]))
  rerender(page([{ id: '1', text: 'Script copied.' }]))

  fireEvent.keyDown(screen.getByText('Copy'), { key: 'Escape' })

  expect(onOpenChange.mock.calls).toEqual([[false]])
})

test('a button that is off but explained keeps the focus and does nothing', () => {
  const onClick = vi.fn()
  render(
    <TooltipProvider>
      <Button disabled tooltip="Pause first" onClick={onClick}>
        +1 epoch
      </Button>
    </TooltipProvider>,
  )
  const button = screen.getByRole('button', { name: '+1 epoch' })

  fireEvent.click(button)
  button.focus()

  expect(document.activeElement).toBe(button)
  expect(button.getAttribute('aria-disabled')).toBe('true')
  expect(onClick).not.toHaveBeenCalled()
})

test('a chip tells whether it is pressed and turns', () => {
  const onChange = vi.fn()
  render(
    <ToggleChip pressed onChange={onChange}>
      x²
    </ToggleChip>,
  )

  fireEvent.click(screen.getByRole('button', { name: 'x²', pressed: true }))

  expect(onChange).toHaveBeenCalledWith(false)
})

test('a switch is named by its words', () => {
  const onChange = vi.fn()
  render(<Switch label="Stop early" checked={false} onChange={onChange} />)

  fireEvent.click(screen.getByRole('switch', { name: 'Stop early' }))

  expect(onChange).toHaveBeenCalledWith(true)
})

test("a field's help is read with its control, and its slider's exact value", () => {
  render(<Slider label="Noise" help="How far points stray." value={1} stops={[0, 1]} onChange={vi.fn()} />, {
    wrapper: TooltipProvider,
  })

  for (const control of [screen.getByRole('slider'), screen.getByRole('textbox')]) {
    const described = control.getAttribute('aria-describedby') ?? ''
    expect(document.getElementById(described)?.textContent).toBe('How far points stray.')
  }
})

test('a tooltip is read without being shown, unless it only says the name again', () => {
  render(
    <>
      <Button tooltip="One mini-batch">+1 update</Button>
      <IconButton icon="copy" label="Copy" />
    </>,
    { wrapper: TooltipProvider },
  )

  const descriptions = screen.getAllByRole('button').map((each) => each.getAttribute('aria-description'))
  expect(descriptions).toEqual(['One mini-batch', null])
})

test("a field's error is read with its control", () => {
  render(
    <Field label="Formula" error="A closing bracket is missing.">
      {(ids) => <input {...ids} />}
    </Field>,
  )
  const input = screen.getByRole('textbox', { name: 'Formula' })

  expect(input.getAttribute('aria-invalid')).toBe('true')
  expect(document.getElementById(input.getAttribute('aria-describedby') ?? '')?.textContent).toContain(
    'bracket',
  )
})

describe('what is chosen is marked, though a tooltip around it has a state of its own', () => {
  const show = (control: ReactNode) => render(<TooltipProvider>{control}</TooltipProvider>)

  /** How many elements the rules for `state` in `file` meet. */
  function marked(file: string, state: RegExp): number {
    const css = readFileSync(`${import.meta.dirname}/${file}`, 'utf8')
    const selectors = [...css.matchAll(/^[^{}/]+(?= \{)/gm)].flatMap(([list]) =>
      list.trim().split(/,\s+(?=\.)/),
    )
    const rules = selectors.filter((selector) => state.test(selector) && !selector.includes(':not'))
    expect(rules).not.toEqual([])
    return Math.min(...rules.map((selector) => document.querySelectorAll(selector).length))
  }

  test('a data set', () => {
    const swatches = ['xor', 'gauss'].map((value) => ({
      value,
      label: value,
      picture: null,
      hint: 'A shape',
    }))
    show(<Swatches label="Data set" value="xor" swatches={swatches} onChange={vi.fn()} />)

    expect(marked('swatches.css', /checked/)).toBe(1)
  })

  test('one of a few words', () => {
    const segments = ['few', 'all'].map((value) => ({ value, label: value, tooltip: 'How many' }))
    show(<Segmented label="Controls" value="all" segments={segments} onChange={vi.fn()} />)

    expect(marked('segmented.css', /checked|"on"/)).toBe(1)
  })

  test('a list that is open', () => {
    const options = [{ value: 'relu', label: 'ReLU' }]
    show(<Select compact label="Activation" help="Why" value="relu" options={options} onChange={vi.fn()} />)
    fireEvent.keyDown(screen.getByRole('combobox'), { key: 'Enter' })

    expect(marked('select.css', /open|expanded/)).toBe(1)
  })
})
