import type { AgentOptions, Agent as HttpAgent } from 'node:http';

export interface ConnectionOptions {
  /** Connections at a time. */
  readonly maxSockets: number;
  /** How long a connection may neither take nor bring a byte, from the beginning of connecting on. */
  readonly stallMs: number;
}

/**
 * How connections are kept. The server closes idle ones when it likes, and what lies between may forget them without a
 * word: so the youngest is taken first, and none is kept that has been idle for as long as one may stand still.
 */
export const agentOptions = ({ maxSockets, stallMs }: ConnectionOptions): AgentOptions => ({
  keepAlive: true,
  maxSockets,
  maxFreeSockets: maxSockets,
  scheduling: 'lifo',
  timeout: stallMs,
});

/** Closes what is idle: where one connection was found dead, the others are likely to be. */
export function dropIdle(agent: HttpAgent): void {
  for (const sockets of Object.values(agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
}
