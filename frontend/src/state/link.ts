import type { Command, Data } from '../protocol'

/** A command without what the sender adds: its id and the run. */
export type Wish = Command extends infer C
  ? C extends { id: number }
    ? Omit<C, 'id' | 'run'>
    : never
  : never

/** The way to the server. The state hands commands to it and knows nothing of sockets. */
export type Link = {
  send(command: Command): void
  /** Sends a data section too large for a command; rejects with the reason. */
  putData(run: string, data: Data): Promise<void>
  /** Shows another run instead of the present one. */
  follow(run: string): void
}

export const NO_LINK: Link = { send() {}, async putData() {}, follow() {} }
