import { parseConfig } from '../../../core/config.ts';
import type { Peer } from '../../../core/peers.ts';
import { approvePeer, type PeerFiles, recordedPeers } from '../../operator/peer-files.ts';
import type { Command, GivenArguments, Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { exitCodes, UsageError } from '../exit-codes.ts';
import { textTable } from '../text-table.ts';

export const peers: Command = {
  name: 'peers',
  summary: 'Peers that were let in unlisted: see them, approve them.',
  details: [
    '`list` shows what SCP_UNKNOWN_PEERS=record noted. `approve` copies what was noted of an AE title, its addresses and its certificate, into the peers file; the service takes that up by itself.',
    'The files are those of the environment, SCP_RECORDED_PEERS_FILE and SCP_PEERS_FILE, unless they are named. A file that Kubernetes mounts cannot be written: approve into a copy, and change its source.',
  ],
  positionals: [
    { name: 'action', description: 'What to do.', required: true, choices: ['list', 'approve'] },
    { name: 'title', description: 'The AE title to approve.', required: false },
  ],
  options: {
    recorded: { type: 'string', value: 'FILE', description: 'File of recorded peers.', isPath: true },
    peers: { type: 'string', value: 'FILE', description: 'The peers file.', isPath: true },
    address: { type: 'string', value: 'IP', description: 'Only what was recorded from this address.' },
  },
  examples: ['peers list', 'peers approve CT1', 'peers approve CT1 --address 10.1.2.3'],
  run: async (given, context) => {
    const files = filesOf(given, context);
    const title = given.positionals[1];
    if (given.positional(0) === 'list') return list(files);
    if (title === undefined) throw new UsageError('<title> is missing');
    return approve(files, title, given.text('address'));
  },
};

/** A whole configuration is not asked for where the files are named. */
function filesOf(given: GivenArguments, { environment }: CliContext): PeerFiles {
  const [recorded, listed] = [given.text('recorded'), given.text('peers')];
  if (recorded !== undefined && listed !== undefined) return { recordedPath: recorded, peersPath: listed };
  const config = parseConfig(environment);
  const recordedPath = recorded ?? config.recordedPeersFile;
  const peersPath = listed ?? config.peersFile;
  if (recordedPath === undefined) throw new UsageError('--recorded or SCP_RECORDED_PEERS_FILE is needed');
  if (peersPath === undefined) throw new UsageError('--peers or SCP_PEERS_FILE is needed');
  return { recordedPath, peersPath };
}

async function list(files: PeerFiles): Promise<Outcome> {
  const found = await recordedPeers(files);
  const rows = found.map(({ peer, isListed }) => [
    peer.aeTitle,
    addressesOf(peer),
    isListed ? 'approved' : 'waiting',
    peer.description ?? '',
  ]);
  return {
    exitCode: exitCodes.ok.code,
    value: found,
    text: rows.length === 0 ? 'No peer was recorded.' : textTable(['AE title', 'from', 'state', 'recorded'], rows),
  };
}

async function approve(files: PeerFiles, title: string, address: string | undefined): Promise<Outcome> {
  const approval = await approvePeer(files, title, address);
  switch (approval.outcome) {
    case 'approved':
      return {
        exitCode: exitCodes.ok.code,
        value: approval,
        text: `${title} may send from ${approval.peers.map(addressesOf).join(' ')}: written to ${files.peersPath}.`,
      };
    case 'listed-already':
      return { exitCode: exitCodes.ok.code, value: approval, text: `${files.peersPath} lists ${title} already.` };
    case 'not-recorded':
      return { exitCode: exitCodes.bad.code, value: approval, text: `Nothing was recorded of ${title}.` };
  }
}

const addressesOf = ({ addresses = ['anywhere'] }: Peer): string => addresses.join(' ');
