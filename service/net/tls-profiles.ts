import type { SecureContextOptions } from 'node:tls';
import type { Config } from '../../core/config-schema.ts';

/** TLS 1.2 with forward secrecy and authenticated encryption: the four suites that RFC 9325 4.2 recommends. */
const recommended = [
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
];

/** What PS3.15 B.13 permits beside those, as far as OpenSSL has it: no Camellia in GCM, and no CCM with short tags. */
const permittedByModified = [
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
  'ECDHE-ECDSA-AES256-CCM',
  'ECDHE-ECDSA-AES128-CCM',
];

const tls13 = ['TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256', 'TLS_AES_128_GCM_SHA256'];

/**
 * The secure transport connection profiles of PS3.15. Both offer TLS 1.2 and 1.3 and prefer 1.3, with the server's order
 * of suites; no DHE, whose use RFC 9325 advises against.
 */
export const tlsProfiles = {
  /** B.12, BCP 195 (RFC 8996, RFC 9325). */
  bcp195: profile([...tls13, ...recommended], ['X25519', 'P-256', 'P-384', 'P-521']),
  /**
   * B.13, its modified form: nothing but the algorithms that are listed there, ECDHE of 256 bits and more. OpenSSL
   * counts X25519 as 253.
   */
  'bcp195-modified': profile(
    [...tls13, 'TLS_AES_128_CCM_SHA256', ...recommended, ...permittedByModified],
    ['P-256', 'P-384', 'P-521'],
  ),
} as const satisfies Record<Config['tlsProfile'], SecureContextOptions>;

function profile(suites: readonly string[], groups: readonly string[]) {
  return {
    minVersion: 'TLSv1.2',
    maxVersion: 'TLSv1.3',
    ciphers: suites.join(':'),
    ecdhCurve: groups.join(':'),
    honorCipherOrder: true,
    sigalgs:
      'ECDSA+SHA256:ECDSA+SHA384:ECDSA+SHA512:RSA-PSS+SHA256:RSA-PSS+SHA384:RSA-PSS+SHA512:RSA+SHA256:RSA+SHA384:RSA+SHA512',
  } as const;
}
