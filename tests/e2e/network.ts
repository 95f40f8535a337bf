import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface, type Interface } from 'node:readline'

const ROOT = join(__dirname, '..', '..')

/** A network between browser and server that can be held up and cut: `tests/network/proxy.py`. */
export class Network {
  private constructor(
    private readonly process: ChildProcess,
    private readonly lines: Interface,
    readonly address: string,
  ) {}

  static async open(server: string): Promise<Network> {
    const script = join(ROOT, 'tests', 'network', 'proxy.py')
    const process = spawn(join(ROOT, '.venv', 'bin', 'python'), [script, new URL(server).port], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    const lines = createInterface({ input: process.stdout as NodeJS.ReadableStream })
    const [port] = await once(lines, 'line')
    return new Network(process, lines, `http://127.0.0.1:${port}`)
  }

  hold = () => this.say('hold')
  flow = () => this.say('flow')
  reset = () => this.say('reset')
  close = () => this.say('close')

  end(): void {
    this.process.kill()
  }

  private async say(word: string): Promise<void> {
    const done = once(this.lines, 'line')
    this.process.stdin?.write(`${word}\n`)
    await done
  }
}
