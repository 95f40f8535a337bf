export { LayerInspector } from './inspector'
export { NetworkCanvas } from './network-canvas'
export { canvasShortcuts } from './shortcuts'
