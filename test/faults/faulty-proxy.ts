import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/**
 * How connections fare: `clear`, none gets through (`down`), bytes stand still (`stalled`), or each is reset after a
 * number of bytes in either direction (`cut`).
 */
export type ProxyWeather =
  | { readonly type: 'clear' | 'down' | 'stalled' }
  | { readonly type: 'cut'; readonly afterBytes: () => number };

export interface FaultyProxy {
  readonly endpoint: string;
  readonly change: (weather: ProxyWeather) => void;
  readonly close: () => Promise<void>;
}

/** A TCP proxy on loopback in front of a server on loopback. */
export async function startFaultyProxy(upstreamPort: number): Promise<FaultyProxy> {
  let weather: ProxyWeather = { type: 'clear' };
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.setNoDelay().on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    return socket;
  };
  const server = createServer((downstream) => {
    if (weather.type === 'down') {
      downstream.on('error', () => undefined).resetAndDestroy();
      return;
    }
    const upstream = connect({ port: upstreamPort, host: '127.0.0.1' });
    let leftBytes = weather.type === 'cut' ? weather.afterBytes() : Number.POSITIVE_INFINITY;
    for (const [from, to] of [
      [keep(downstream), upstream],
      [keep(upstream), downstream],
    ] as const) {
      from.on('data', (bytes) => {
        leftBytes -= bytes.length;
        if (leftBytes < 0) from.resetAndDestroy();
        else if (!to.write(bytes)) from.pause();
      });
      to.on('drain', () => {
        if (weather.type !== 'stalled') from.resume();
      });
      from.on('close', () => to.destroy());
      if (weather.type === 'stalled') from.pause();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    change: (next) => {
      weather = next;
      for (const socket of sockets) {
        if (next.type === 'down') socket.resetAndDestroy();
        else if (next.type === 'stalled') socket.pause();
        else socket.resume();
      }
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
