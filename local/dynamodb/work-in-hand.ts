import type { IncomingMessage, Server, ServerResponse } from 'node:http';

/**
 * Resolves, when asked, once a server works on no request any more. A request is worked on until its answer is given,
 * even when its client is gone and nobody hears it: dynalite throws when its database closes under such a request.
 */
export function workInHand(server: Server): () => Promise<void> {
  const open = new Set<ServerResponse>();
  let resolveIdle = (): void => undefined;
  const done = (response: ServerResponse) => {
    open.delete(response);
    if (open.size === 0) resolveIdle();
  };
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    open.add(response);
    // A request that never came whole is never worked on.
    request.once('close', () => {
      if (!request.complete) done(response);
    });
    const end = response.end.bind(response);
    response.end = ((...args: Parameters<typeof end>) => {
      const ended = end(...args);
      done(response);
      return ended;
    }) as typeof response.end;
  });
  return () =>
    open.size === 0
      ? Promise.resolve()
      : new Promise((resolve) => {
          resolveIdle = resolve;
        });
}
