import { once } from 'node:events';
import { connect } from 'node:net';

/** Sends text over a fresh connection, in pieces, and gives all that comes back until the server closes it. */
export async function rawRequest(port: number, pieces: Iterable<string>, halfClose = false): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  for (const piece of pieces) {
    await new Promise<void>((resolve, reject) =>
      socket.write(piece, 'latin1', (error) => (error ? reject(error) : resolve())),
    );
  }
  if (halfClose) socket.end();
  let answer = '';
  for await (const bytes of socket.setEncoding('latin1')) answer += String(bytes);
  return answer;
}

/** The text of a request; `headers` come after Host. */
export function requestText(method: string, path: string, headers: Record<string, string | number>, body = ''): string {
  const lines = Object.entries({ Host: 'localhost', Connection: 'close', ...headers }).map(([n, v]) => `${n}: ${v}`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`;
}
