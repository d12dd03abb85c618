import { describe, expect, it } from 'vitest';
import { ConfigError, parseConfig } from '../../core/config.ts';
import { parsePeers } from '../../core/peers.ts';

const routes = new Set(['default']);
const parse = (...peers: object[]) => parsePeers(JSON.stringify({ peers }), routes);

describe('parsePeers', () => {
  it('reads everything that can be said of a peer', () => {
    const peer = {
      aeTitle: 'CT1',
      addresses: ['10.1.0.0/16', '10.2.0.1', '2001:db8::/32', '2001:db9::1'],
      certificate: { commonName: 'ct1', dnsName: 'ct1.example', sha256: ['ab'.repeat(32)] },
      maxAssociations: 4,
      strict: true,
      asyncWindow: 8,
      commitment: { host: 'ct1.example', port: 104, tls: { serverName: 'ct1' } },
      route: 'default',
      description: 'CT in room 1',
    };
    expect(parse(peer)).toEqual([peer]);
    expect(parse({ aeTitle: 'CT1' })).toEqual([{ aeTitle: 'CT1' }]);
  });

  it('takes a fingerprint as openssl prints it', () => {
    const [peer] = parse({ aeTitle: 'CT1', certificate: { sha256: [Array(32).fill('AB').join(':')] } });
    expect(peer?.certificate?.sha256).toEqual(['ab'.repeat(32)]);
  });

  it.each<[string, object, string]>([
    ['a long title', { aeTitle: 'A_TITLE_OF_17_CHR' }, 'peers.0.aeTitle'],
    ['no title', {}, 'peers.0.aeTitle'],
    ['a wrong network', { aeTitle: 'CT1', addresses: ['10.1.0.0/33'] }, 'peers.0.addresses.0'],
    ['a name as an address', { aeTitle: 'CT1', addresses: ['ct1.example'] }, 'peers.0.addresses.0'],
    ['a mapped network', { aeTitle: 'CT1', addresses: ['::ffff:10.1.0.0/112'] }, 'peers.0.addresses.0'],
    ['no address at all', { aeTitle: 'CT1', addresses: [] }, 'peers.0.addresses'],
    ['an empty binding', { aeTitle: 'CT1', certificate: {} }, 'peers.0.certificate'],
    ['a short fingerprint', { aeTitle: 'CT1', certificate: { sha256: ['ab'] } }, 'peers.0.certificate.sha256.0'],
    ['a wide window', { aeTitle: 'CT1', asyncWindow: 65 }, 'peers.0.asyncWindow'],
    ['a route that there is not', { aeTitle: 'CT1', route: 'other' }, 'there is no route other'],
    ['no port', { aeTitle: 'CT1', commitment: { host: 'ct1' } }, 'peers.0.commitment.port'],
    ['a host that is none', { aeTitle: 'CT1', commitment: { host: 'a b', port: 1 } }, 'peers.0.commitment.host'],
    ['a word that means nothing', { aeTitle: 'CT1', adresses: ['10.1.0.0/16'] }, 'adresses'],
  ])('refuses %s, and says where', (_, peer, where) => {
    expect(() => parse(peer)).toThrow(where);
  });

  it('tells every problem at once', () => {
    expect(() => parse({ aeTitle: '' }, { aeTitle: 'CT1', addresses: ['x'] })).toThrow(
      /peers\.0\.aeTitle.*peers\.1\.addresses\.0/,
    );
  });

  it.each(['', '{', '[]', '{"peers":{}}', 'null'])('refuses the text %j', (text) => {
    expect(() => parsePeers(text, routes)).toThrow(/^the peers file cannot be used/);
  });
});

const folder = { SCP_FOLDER: '/data' };
const tls = { SCP_TLS_PORT: '2762', SCP_TLS_KEY_FILE: 'key.pem', SCP_TLS_CERTIFICATE_FILE: 'cert.pem' };

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    parseConfig({ ...folder, ...environment });
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ env }) => env);
  }
}

describe('the settings of the network', () => {
  it.each<[Record<string, string>, readonly string[]]>([
    [{ SCP_TLS_PORT: '2762' }, ['SCP_TLS_KEY_FILE', 'SCP_TLS_CERTIFICATE_FILE']],
    [{ ...tls, SCP_TLS_CLIENT_CERTIFICATE: 'request' }, ['SCP_TLS_CLIENT_CA_FILE']],
    [{ ...tls, SCP_PORT: '2762' }, ['SCP_TLS_PORT']],
    [{ ...tls, SCP_ADMIN_PORT: '2762' }, ['SCP_TLS_PORT']],
    [{ SCP_PLAIN: 'false' }, ['SCP_TLS_PORT']],
    [{ SCP_UNKNOWN_PEERS: 'refuse' }, ['SCP_PEERS_FILE']],
    [{ SCP_RECORDED_PEERS_FILE: 'recorded.jsonl' }, ['SCP_RECORDED_PEERS_FILE']],
    [{ SCP_PROXY_PROTOCOL_FROM: '10.0.0.0/8,balancer' }, ['SCP_PROXY_PROTOCOL_FROM']],
  ])('conflict in %j', (environment, problems) => {
    expect(problemsOf(environment)).toEqual(problems);
  });

  it.each([
    tls,
    { ...tls, SCP_PLAIN: 'false', SCP_PORT: '2762' },
    { ...tls, SCP_TLS_PORT: '0', SCP_PORT: '0' },
    { ...tls, SCP_TLS_CLIENT_CERTIFICATE: 'require', SCP_TLS_CLIENT_CA_FILE: 'ca.pem' },
    { SCP_UNKNOWN_PEERS: 'record', SCP_RECORDED_PEERS_FILE: 'recorded.jsonl' },
    { SCP_PROXY_PROTOCOL_FROM: '10.0.0.0/8, 2001:db8::/32' },
  ])('agree in %j', (environment) => {
    expect(problemsOf(environment)).toEqual([]);
  });
});
