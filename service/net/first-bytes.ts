import type { Socket } from 'node:net';

/** What was read off the front of a stream, and how many bytes of it are used up. */
export interface FirstBytes<T> {
  readonly value: T;
  readonly used: number;
}

/**
 * Reads off the front of a connection. The rest is put back, and the socket is left paused for whoever comes next.
 * @param read gets all bytes so far; answers undefined while it needs more
 * @returns undefined when the connection closes before
 */
export function readFirst<T>(
  socket: Socket,
  read: (bytes: Uint8Array) => FirstBytes<T> | undefined,
): Promise<T | undefined> {
  return new Promise((resolve) => {
    let held: Uint8Array = new Uint8Array();
    const finish = (value: T | undefined) => {
      socket.off('data', take);
      socket.off('close', gone);
      resolve(value);
    };
    const take = (chunk: Uint8Array) => {
      held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      const first = read(held);
      if (first === undefined) return;
      socket.pause();
      if (first.used < held.length) socket.unshift(held.subarray(first.used));
      finish(first.value);
    };
    const gone = () => finish(undefined);
    socket.on('close', gone);
    socket.on('data', take);
    socket.resume();
  });
}
