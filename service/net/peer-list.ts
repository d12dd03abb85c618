import { type CertificateBinding, type Peer, PeersFileError } from '../../core/peers.ts';
import type { UserIdentityRule } from '../../core/user-identity.ts';
import { Networks } from './address.ts';
import type { CertificateFacts } from './peer-facts.ts';
import { type IdentityCheck, identityCheck } from './user-identity.ts';

/** A peer of the list, ready to be compared with who calls. */
export interface ListedPeer extends Peer {
  readonly admitsAddress: (address: string) => boolean;
  readonly admitsCertificate: (certificate: CertificateFacts | undefined) => boolean;
  /** Undefined when no identity is asked of it. */
  readonly checkIdentity: IdentityCheck | undefined;
}

/** The peers that are known, found by their AE title. A title may stand for several, at different addresses. */
export class PeerList {
  readonly #byTitle = new Map<string, readonly ListedPeer[]>();

  /**
   * @param nowMs milliseconds since the epoch, for tokens that expire
   * @throws PeersFileError when a key of a user identity is none
   */
  constructor(peers: readonly Peer[], nowMs: () => number) {
    for (const [index, peer] of peers.entries()) {
      this.#byTitle.set(peer.aeTitle, [...this.called(peer.aeTitle), listed(peer, index, nowMs)]);
    }
  }

  called(aeTitle: string): readonly ListedPeer[] {
    return this.#byTitle.get(aeTitle) ?? [];
  }
}

function listed(peer: Peer, index: number, nowMs: () => number): ListedPeer {
  const networks = peer.addresses && new Networks(peer.addresses);
  return {
    ...peer,
    admitsAddress: (address) => networks?.has(address) ?? true,
    admitsCertificate: (certificate) =>
      peer.certificate === undefined || (certificate !== undefined && isBound(peer.certificate, certificate)),
    checkIdentity: peer.userIdentity && compiled(peer.userIdentity, index, nowMs),
  };
}

function compiled(rule: UserIdentityRule, index: number, nowMs: () => number): IdentityCheck {
  try {
    return identityCheck(rule, nowMs);
  } catch (error) {
    throw new PeersFileError(`peers.${index}.userIdentity: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function isBound({ commonName, dnsName, sha256 }: CertificateBinding, certificate: CertificateFacts): boolean {
  return (
    (commonName === undefined || commonName === certificate.commonName) &&
    (dnsName === undefined || certificate.dnsNames.some((name) => name.toLowerCase() === dnsName.toLowerCase())) &&
    (sha256 === undefined || sha256.includes(certificate.sha256))
  );
}
