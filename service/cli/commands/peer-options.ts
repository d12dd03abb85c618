import { readFile } from 'node:fs/promises';
import type { ConnectionOptions } from 'node:tls';
import type { GivenArguments, OptionSpec } from '../command.ts';
import type { CliContext } from '../context.ts';
import { UsageError } from '../exit-codes.ts';
import type { AeTitles } from '../scu/association.ts';
import type { PeerAddress } from '../scu/connect-peer.ts';

const DEFAULT_PORT = '11112';
const DEFAULT_TITLE = 'STORESCP';
const MAX_TITLE_CHARACTERS = 16;

/** Where to, as whom, and how: the options of commands that open associations. */
export const peerOptions = {
  host: { type: 'string', value: 'HOST', description: 'Where the peer listens.', default: 'localhost' },
  port: {
    type: 'string',
    value: 'PORT',
    description: 'Its port. Default: SCP_PORT of the environment, or SCP_TLS_PORT with --tls, or 11112.',
  },
  called: {
    type: 'string',
    value: 'AET',
    description: 'The AE title to call. Default: the first of SCP_AE_TITLES, or STORESCP.',
  },
  calling: { type: 'string', value: 'AET', description: 'The AE title to call by.', default: 'DICOMSTORESCU' },
  timeout: { type: 'string', value: 'SECONDS', description: 'How long the peer may be silent.', default: '60' },
  tls: { type: 'boolean', description: 'Over TLS.' },
  'tls-ca': { type: 'string', value: 'FILE', description: 'PEM file of the authorities to believe.', isPath: true },
  'tls-cert': { type: 'string', value: 'FILE', description: 'PEM file of the certificate to show.', isPath: true },
  'tls-key': { type: 'string', value: 'FILE', description: 'PEM file of its key.', isPath: true },
  'tls-name': { type: 'string', value: 'NAME', description: 'The name that its certificate must bear.' },
  'tls-insecure': { type: 'boolean', description: 'Believe any certificate: for tests only.' },
} as const satisfies Readonly<Record<string, OptionSpec>>;

/** The peer that these arguments mean. @throws UsageError */
export async function peerOf(
  given: GivenArguments,
  { environment }: CliContext,
): Promise<{ readonly address: PeerAddress; readonly titles: AeTitles }> {
  const tls = given.flag('tls') ? await tlsOf(given) : undefined;
  const port =
    given.text('port') ?? (tls === undefined ? environment.SCP_PORT : environment.SCP_TLS_PORT) ?? DEFAULT_PORT;
  if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65_535) {
    throw new UsageError(`${port} is no port: a number from 1 to 65535 is needed`);
  }
  return {
    address: {
      host: given.text('host') ?? '',
      port: Number(port),
      timeoutMs: given.count('timeout', 1, 86_400) * 1_000,
      ...(tls === undefined ? {} : { tls }),
    },
    titles: {
      calledAeTitle: title(given.text('called') ?? environment.SCP_AE_TITLES?.split(',')[0] ?? DEFAULT_TITLE),
      callingAeTitle: title(given.text('calling') ?? ''),
    },
  };
}

function title(text: string): string {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed.length > MAX_TITLE_CHARACTERS) throw new UsageError(`${text} is no AE title`);
  return trimmed;
}

async function tlsOf(given: GivenArguments): Promise<ConnectionOptions> {
  const file = async (option: string) => {
    const path = given.text(option);
    return path === undefined ? undefined : await readFile(path);
  };
  const [ca, cert, key] = await Promise.all([file('tls-ca'), file('tls-cert'), file('tls-key')]);
  const servername = given.text('tls-name');
  return {
    rejectUnauthorized: !given.flag('tls-insecure'),
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(servername === undefined ? {} : { servername }),
  };
}
