import type { AnyLayer } from '../protocol'

/** Leaky ReLU's slope and ELU's α do nothing under another activation. */
const NEEDS: Readonly<Record<string, string>> = { slope: 'leaky_relu', alpha: 'elu' }

/** Whether a field of a layer changes anything as the layer is now. */
export function concerns(layer: AnyLayer, field: string): boolean {
  const needed = NEEDS[field]
  return needed === undefined || ('activation' in layer && layer.activation === needed)
}
