/** Twenty words that the page uses, each in a sentence or two. */
export const GLOSSARY: ReadonlyArray<{ word: string; meaning: string }> = [
  { word: 'Neuron', meaning: 'Multiplies each of its inputs by a weight, adds a bias, and bends the sum.' },
  {
    word: 'Weight',
    meaning: 'How strongly, and in which direction, one value acts on a neuron. Training changes it.',
  },
  { word: 'Bias', meaning: 'A number that a neuron adds to its sum: it shifts where the neuron switches.' },
  {
    word: 'Activation',
    meaning:
      'The curve that bends a neuron’s sum: tanh, ReLU, sigmoid. Without it, many layers are worth one.',
  },
  { word: 'Layer', meaning: 'Neurons that stand side by side and read the same values.' },
  {
    word: 'Hidden layer',
    meaning: 'A layer between the inputs and the output. Its values are nobody’s but the network’s.',
  },
  {
    word: 'Input (feature)',
    meaning: 'A value that the network is given: x, y, or something computed from them such as x².',
  },
  { word: 'Output', meaning: 'What the network answers: a class with its probability, or a value.' },
  { word: 'Decision boundary', meaning: 'Where the answer changes from one class to another.' },
  { word: 'Loss', meaning: 'How wrong the network is; lower is better. Training makes it small.' },
  {
    word: 'Gradient',
    meaning: 'How the loss would change if a weight grew a little: its direction tells which way to go.',
  },
  {
    word: 'Learning rate',
    meaning:
      'How far each update goes against the gradient. Too small is slow, too large jumps past the goal.',
  },
  {
    word: 'Optimizer',
    meaning: 'The rule that makes a change of the weights out of a gradient: SGD, momentum, Adam.',
  },
  { word: 'Batch (mini-batch)', meaning: 'The points that one update looks at.' },
  { word: 'Update (step)', meaning: 'One change of all weights, from one batch.' },
  { word: 'Epoch', meaning: 'One pass over all training points.' },
  {
    word: 'Backpropagation',
    meaning: 'Computes all gradients at once by going through the network from the output to the inputs.',
  },
  {
    word: 'Training, validation, test',
    meaning:
      'Points to learn from, points to watch while learning, and points kept for one final measurement.',
  },
  {
    word: 'Overfitting',
    meaning:
      'The training loss falls while the validation loss rises: the network learns the points by heart.',
  },
  {
    word: 'Regularization',
    meaning:
      'Makes a network prefer simple answers: L1 and L2 pull weights to zero, dropout silences neurons.',
  },
]
