import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { parseConfig } from '../../../core/config.ts';
import { parsePeers } from '../../../core/peers.ts';
import { RouteTable } from '../../../core/route-table.ts';
import { parseRoutes } from '../../../core/routes-file.ts';
import { normalizeAddress } from '../../net/address.ts';
import type { PeerFacts } from '../../net/peer-facts.ts';
import type { Command, GivenArguments } from '../command.ts';
import type { CliContext } from '../context.ts';
import { exitCodes, UsageError } from '../exit-codes.ts';
import { explain as judgementOf, reportJudgement } from '../explain.ts';

export const explain: Command = {
  name: 'explain',
  summary: 'What the service would answer to a request for association, and why.',
  details: [
    'Judges as the service would that this environment is for: its settings, its file of peers, its routes. A service that is full or draining is not thought of.',
  ],
  positionals: [
    { name: 'calling', description: 'Calling AE title.', required: true },
    { name: 'called', description: 'Called AE title.', required: true },
    { name: 'address', description: 'IP address that the peer calls from.', required: true },
  ],
  options: {
    'cert-subject': { type: 'string', value: 'CN', description: 'Common name of its certificate.' },
    'cert-dns': { type: 'string', value: 'NAME', description: 'A DNS name of its certificate.' },
    'cert-sha256': { type: 'string', value: 'HEX', description: 'SHA-256 of its certificate.' },
  },
  examples: ['explain CT1 STORESCP 10.1.2.3'],
  run: async (given, context) => {
    const [calling, called, ip] = [given.positional(0), given.positional(1), given.positional(2)];
    if (isIP(ip) === 0) throw new UsageError(`${ip} is not an IP address`);
    const { config, routes, peers } = await rulesOf(context);
    const facts = { address: normalizeAddress(ip), certificate: certificateOf(given) };
    const titles = { callingAeTitle: calling.trim(), calledAeTitle: called.trim() };
    const judgement = judgementOf(config, routes, peers, facts, titles);
    return {
      exitCode: (judgement.accepted ? exitCodes.ok : exitCodes.bad).code,
      value: judgement,
      text: reportJudgement(judgement, facts, titles),
    };
  },
};

async function rulesOf({ environment }: CliContext) {
  const config = parseConfig(environment);
  const { peersFile, routesFile } = config;
  const entries = routesFile === undefined ? [] : parseRoutes(await readFile(routesFile, 'utf8'));
  const routes = new RouteTable(config, entries);
  const peers = peersFile === undefined ? [] : parsePeers(await readFile(peersFile, 'utf8'), routes.names);
  return { config, routes, peers };
}

function certificateOf(given: GivenArguments): PeerFacts['certificate'] {
  const [commonName, dnsName, sha256] = ['cert-subject', 'cert-dns', 'cert-sha256'].map((name) => given.text(name));
  if (commonName === undefined && dnsName === undefined && sha256 === undefined) return undefined;
  return {
    commonName,
    dnsNames: dnsName === undefined ? [] : [dnsName],
    sha256: (sha256 ?? '').replaceAll(':', '').toLowerCase(),
  };
}
