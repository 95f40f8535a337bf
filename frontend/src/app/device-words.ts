/** `cpu`, or `gpu: ` and its name, as a sentence; empty until an engine has said. */
export function deviceWords(device: string): string {
  if (!device) return ''
  const [kind = '', name = ''] = device.split(': ')
  return `Trains on the ${kind.toUpperCase()}${name && ` ${name}`}, with JAX.`
}
