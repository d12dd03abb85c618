import { readFile, rename, writeFile } from 'node:fs/promises';
import { readJson } from '../../core/json-file.ts';
import { type Peer, peerSchema, peersFileSchema } from '../../core/peers.ts';

/** A peer that was let in unlisted, and whether the peers file names it by now. */
export interface RecordedPeer {
  readonly peer: Peer;
  readonly isListed: boolean;
}

export type Approval =
  | { readonly outcome: 'approved'; readonly peers: readonly Peer[] }
  | { readonly outcome: 'listed-already' }
  | { readonly outcome: 'not-recorded' };

/** The files of peers: those that were recorded, and those that are listed. */
export interface PeerFiles {
  readonly recordedPath: string;
  readonly peersPath: string;
}

/** Every peer that was recorded, once. Lines that a dying process cut off are left out. */
export async function recordedPeers(files: PeerFiles): Promise<readonly RecordedPeer[]> {
  const listed = new Set((await listedPeers(files)).flatMap(keysOf));
  const recorded = new Map<string, Peer>();
  const text = await textOf(files.recordedPath);
  for (const line of text.split('\n')) {
    const read = readJson(line, peerSchema);
    if (read.problem === undefined) recorded.set(keysOf(read.value).join(' '), read.value);
  }
  return [...recorded.values()].map((peer) => ({ peer, isListed: keysOf(peer).every((key) => listed.has(key)) }));
}

/**
 * Adds what was recorded of a peer to the peers file, which the service then takes up by itself. The file is replaced
 * whole: whoever reads it meanwhile sees the old one or the new one.
 * @param address one of the addresses it called from; absent: all of them
 */
export async function approvePeer(files: PeerFiles, aeTitle: string, address: string | undefined): Promise<Approval> {
  const ofTitle = (await recordedPeers(files)).filter(({ peer }) => peer.aeTitle === aeTitle);
  const meant = ofTitle.filter(
    ({ peer }) => address === undefined || peer.addresses?.some((network) => network.split('/')[0] === address),
  );
  if (meant.length === 0) return { outcome: 'not-recorded' };
  const added = meant.filter(({ isListed }) => !isListed).map(({ peer }) => peer);
  if (added.length === 0) return { outcome: 'listed-already' };
  const peers = [...(await listedPeers(files)), ...added];
  const beside = `${files.peersPath}.new`;
  await writeFile(beside, `${JSON.stringify({ peers }, undefined, 2)}\n`);
  await rename(beside, files.peersPath);
  return { outcome: 'approved', peers: added };
}

async function listedPeers({ peersPath }: PeerFiles): Promise<readonly Peer[]> {
  const text = await textOf(peersPath);
  if (text === '') return [];
  const read = readJson(text, peersFileSchema);
  if (read.problem !== undefined) throw new Error(`${peersPath} cannot be used: ${read.problem}`);
  return read.value.peers;
}

/** A file that is not there yet is empty. */
async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}

const keysOf = ({ aeTitle, addresses = [''] }: Peer): readonly string[] =>
  addresses.map((address) => `${aeTitle}\\${address}`);
