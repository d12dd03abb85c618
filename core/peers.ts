import { z } from 'zod';
import { aeTitleSchema } from './ae-title.ts';
import { readJson } from './json-file.ts';
import { routeSchema } from './route.ts';
import { userIdentityRuleSchema } from './user-identity.ts';

const network = z.union(
  [z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()],
  'an IPv4 or IPv6 address or network is needed, such as 10.1.0.0/16',
);

/** Addresses and networks, such as `10.1.2.3`, `10.1.0.0/16` or `2001:db8::/32`. */
export const networkSchema = network.refine(
  (text) => !text.toLowerCase().startsWith('::ffff:'),
  'an IPv4 network is needed where an IPv4-mapped one is given',
);

/** SHA-256 of a certificate: 64 hex digits, in pairs with colons or without, as `openssl x509 -fingerprint` prints it. */
const fingerprint = z
  .string()
  .transform((text) => text.replaceAll(':', '').toLowerCase())
  .pipe(z.string().regex(/^[0-9a-f]{64}$/, 'the SHA-256 of a certificate has 64 hex digits'));

/** What the certificate of a peer must be; all that is given must hold. */
const certificateBindingSchema = z
  .strictObject({
    /** Common Name of the subject. */
    commonName: z.string().min(1).max(64).optional(),
    /** One of the DNS names of the Subject Alternative Name. */
    dnsName: z.string().min(1).max(253).optional(),
    /** Any of these; two while a certificate is being replaced. */
    sha256: z.array(fingerprint).min(1).optional(),
  })
  .refine((binding) => Object.keys(binding).length > 0, 'commonName, dnsName or sha256 is needed');
export type CertificateBinding = Readonly<z.infer<typeof certificateBindingSchema>>;

/** Where an application entity listens for associations. */
const listenerSchema = z.strictObject({
  /** A DNS name or an address. */
  host: z.string().regex(/^[A-Za-z0-9._:-]{1,253}$/, 'a host name or an address is needed'),
  port: z.int().min(1).max(65_535),
  /** With TLS: its certificate must name `serverName`, or the host where that is absent. */
  tls: z.union([z.boolean(), z.strictObject({ serverName: z.string().min(1).max(253) })]).optional(),
});
export type PeerListener = Readonly<z.infer<typeof listenerSchema>>;

/** An application entity that may send, from where, and on what terms. */
export const peerSchema = z.strictObject({
  /** The calling AE title. */
  aeTitle: aeTitleSchema,
  /** Where it may call from. Absent: anywhere. */
  addresses: z.array(networkSchema).min(1, 'at least one address; leave `addresses` out for any').optional(),
  /** Whom its TLS certificate must name. Absent: no certificate is asked of it. */
  certificate: certificateBindingSchema.optional(),
  /** What user identity it must bring. Absent: any or none, which is acknowledged and not looked at. */
  userIdentity: userIdentityRuleSchema.optional(),
  /** Associations at a time, in place of the limit per network address. */
  maxAssociations: z.int().min(1).max(10_000).optional(),
  /** Tolerate nothing of it that does not conform. */
  strict: z.boolean().optional(),
  /** Operations that it may have outstanding, if it asks for more than one (PS3.7 D.3.3.3). */
  asyncWindow: z.int().min(1).max(64).optional(),
  /** Where it takes reports of storage commitment that cannot go on the association of the request. */
  commitment: listenerSchema.optional(),
  /** Where its instances go, by the name of a route. */
  route: routeSchema.shape.name.optional(),
  description: z.string().max(200).optional(),
});
export type Peer = Readonly<z.infer<typeof peerSchema>>;

/** The peers file, whole. */
export const peersFileSchema = z.strictObject({ peers: z.array(peerSchema).max(10_000) });

/** The peers file cannot be used. Says every problem and where. */
export class PeersFileError extends Error {
  override readonly name = 'PeersFileError';
  readonly code = 'PEERS_FILE_INVALID';

  constructor(problem: string) {
    super(`the peers file cannot be used: ${problem}`);
  }
}

/**
 * Reads the text of a peers file.
 * @param routes names of the routes that there are
 * @throws PeersFileError naming every problem
 */
export function parsePeers(text: string, routes: ReadonlySet<string>): readonly Peer[] {
  const read = readJson(text, peersFileSchema);
  if (read.problem !== undefined) throw new PeersFileError(read.problem);
  const { peers } = read.value;
  const lost = peers.flatMap(({ route }, index) =>
    route === undefined || routes.has(route) ? [] : [`peers.${index}.route: there is no route ${route}`],
  );
  if (lost.length > 0) throw new PeersFileError(lost.join('; '));
  return peers;
}
