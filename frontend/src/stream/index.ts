export { Connection, type Socket } from './connection'
export type { Channel, FrameView } from './frame-view'
export { type Draw, NewestFrame } from './newest'
export { frames, openStream, slowMotion } from './stream'
