declare module 'dynalite' {
  import type { Server } from 'node:http';

  /** A DynamoDB over LevelDB: in memory unless it is given a path. */
  export default function dynalite(options: { readonly path?: string; readonly createTableMs?: number }): Server;
}
