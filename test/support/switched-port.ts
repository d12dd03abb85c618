import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A port that leads to another one, or, while it is off, drops whoever connects. */
export interface SwitchedPort {
  readonly port: number;
  readonly turn: (on: boolean) => void;
  readonly close: () => Promise<void>;
}

export async function openSwitchedPort(to: number): Promise<SwitchedPort> {
  const sockets = new Set<Socket>();
  let isOn = true;
  const server = createServer((socket) => {
    if (!isOn) {
      socket.destroy();
      return;
    }
    const onward = connect(to, '127.0.0.1');
    for (const [one, other] of [
      [socket, onward],
      [onward, socket],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const dropAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    turn: (on) => {
      isOn = on;
      if (!on) dropAll();
    },
    close: async () => {
      server.close();
      dropAll();
      await once(server, 'close');
    },
  };
}
