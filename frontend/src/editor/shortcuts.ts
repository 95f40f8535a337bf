/** What the keyboard does on the canvas, for the help. */
export const canvasShortcuts: readonly { keys: string; words: string }[] = [
  {
    keys: 'Enter',
    words:
      'On a palette item or a layer’s grip (Space too, once reached with Tab): choose a place with ← →, drop with Enter',
  },
  { keys: 'Esc', words: 'Leave everything where it is' },
  { keys: 'Del', words: 'Remove the layer that has the focus' },
  { keys: '↑ ↓', words: 'From neuron to neuron' },
  { keys: '← →', words: 'Through a neuron’s bias and incoming weights' },
  { keys: 'Enter', words: 'On a neuron: pin the number shown' },
  { keys: '0 … 9', words: 'On a neuron: type over the number shown' },
]
