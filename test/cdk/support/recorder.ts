import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { actionsOf, type RecordedAction, type RecordedService } from './aws-action.ts';

/** What was asked of AWS, and by whom: the access key id says it. */
export interface Recording extends RecordedAction {
  readonly caller: string;
  readonly status: number;
}

export interface Recorder {
  readonly endpoint: string;
  readonly close: () => Promise<void>;
}

/** Stands before an emulator, hands every request on unchanged and notes what it asked for. */
export async function startRecorder(
  service: RecordedService,
  emulator: string,
  record: (recording: Recording) => void,
): Promise<Recorder> {
  const { hostname, port } = new URL(emulator);
  const server = createServer((incoming, outgoing) => {
    const { method = 'GET', url: path = '/', headers } = incoming;
    const body: Buffer[] = [];
    const onward = request({ hostname, port, method, path, headers }, (answer) => {
      const caller = /Credential=([^/]+)\//.exec(String(headers.authorization))?.[1] ?? '';
      const status = answer.statusCode ?? 0;
      const head = { method, path, headers, body: Buffer.concat(body).toString('utf8') };
      for (const action of actionsOf(service, head)) record({ ...action, caller, status });
      outgoing.writeHead(status, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    incoming.on('data', (bytes: Buffer) => body.push(bytes));
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
