import type { CertificateBinding, Peer } from '../../core/peers.ts';
import { Networks } from './address.ts';
import type { CertificateFacts } from './peer-facts.ts';

/** A peer of the list, ready to be compared with who calls. */
export interface ListedPeer extends Peer {
  readonly admitsAddress: (address: string) => boolean;
  readonly admitsCertificate: (certificate: CertificateFacts | undefined) => boolean;
}

/** The peers that are known, found by their AE title. A title may stand for several, at different addresses. */
export class PeerList {
  readonly #byTitle = new Map<string, readonly ListedPeer[]>();

  constructor(peers: readonly Peer[]) {
    for (const peer of peers) {
      this.#byTitle.set(peer.aeTitle, [...this.called(peer.aeTitle), listed(peer)]);
    }
  }

  called(aeTitle: string): readonly ListedPeer[] {
    return this.#byTitle.get(aeTitle) ?? [];
  }
}

function listed(peer: Peer): ListedPeer {
  const networks = peer.addresses && new Networks(peer.addresses);
  return {
    ...peer,
    admitsAddress: (address) => networks?.has(address) ?? true,
    admitsCertificate: (certificate) =>
      peer.certificate === undefined || (certificate !== undefined && isBound(peer.certificate, certificate)),
  };
}

function isBound({ commonName, dnsName, sha256 }: CertificateBinding, certificate: CertificateFacts): boolean {
  return (
    (commonName === undefined || commonName === certificate.commonName) &&
    (dnsName === undefined || certificate.dnsNames.some((name) => name.toLowerCase() === dnsName.toLowerCase())) &&
    (sha256 === undefined || sha256.includes(certificate.sha256))
  );
}
