import { connect, createServer } from 'node:net';

/**
 * What the service that is measured is told to do: to go on bare or told, or to end all that belongs to what was sent
 * since.
 */
const words = ['bare', 'told', 'settle'] as const;
export type Word = (typeof words)[number];

/**
 * Does what it is told to, a word for each connection, and answers with the CPU time of this process once that is done,
 * in µs: the process itself knows it to the microsecond, /proc to 10 ms.
 * @param socketPath of the Unix socket to listen on
 */
export function obey(socketPath: string, acts: Readonly<Record<Word, () => Promise<void> | void>>): void {
  createServer({ allowHalfOpen: true }, async (socket) => {
    const said = (await socket.toArray()).join('');
    const word = words.find((known) => known === said);
    if (word === undefined) throw new Error(`nobody knows the word "${said}"`);
    await acts[word]();
    const { user, system } = process.cpuUsage();
    socket.end(String(user + system));
  }).listen(socketPath);
}

/** Says a word to a service. @returns its CPU time when that was done, in µs */
export async function say(socketPath: string, word: Word): Promise<number> {
  const socket = connect(socketPath);
  socket.end(word);
  const answer = (await socket.toArray()).join('');
  if (answer === '') throw new Error(`the service died of "${word}"`);
  return Number(answer);
}
