import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface SlowLine {
  readonly port: number;
  readonly close: () => Promise<void>;
}

/** A port that leads to another by a line that carries so many bytes a second towards it. */
export async function openSlowLine(to: number, bytesPerSecond: number): Promise<SlowLine> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ port: to, host: '127.0.0.1', allowHalfOpen: true });
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.resetAndDestroy());
      one.on('close', () => sockets.delete(one));
    }
    far.pipe(near);
    carry(near, far, bytesPerSecond).catch(() => near.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

async function carry(from: Socket, to: Socket, bytesPerSecond: number): Promise<void> {
  for await (const bytes of from as AsyncIterable<Buffer>) {
    if (!to.write(bytes)) await once(to, 'drain');
    await sleep((bytes.length / bytesPerSecond) * 1_000);
  }
  to.end();
}
