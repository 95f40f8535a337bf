import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A page of somebody else, on a port of its own, which does what it is told to do to Netloom. */
export class ForeignPage {
  private constructor(
    private readonly server: Server,
    readonly address: string,
  ) {}

  /** `name`: under which the browser opens it; another than Netloom's is another site, whose cookies it has not. */
  static async open(name: 'localhost' | '127.0.0.1'): Promise<ForeignPage> {
    const server = createServer((_, answer) => {
      answer.setHeader('content-type', 'text/html')
      answer.end('<!doctype html><title>Foreign</title><p>Win a prize</p>')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return new ForeignPage(server, `http://${name}:${(server.address() as AddressInfo).port}`)
  }

  end(): void {
    this.server.close()
  }
}
