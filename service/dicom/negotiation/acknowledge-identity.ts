import { identityTypes } from '../pdu/codes.ts';
import type { UserIdentity } from '../pdu/types.ts';

const answeredByNothing: ReadonlySet<number> = new Set([
  identityTypes.username,
  identityTypes.usernameAndPasscode,
  identityTypes.jsonWebToken,
]);

/**
 * What a peer hears that asked for a positive response to its user identity: for a user name and a JWT an empty field
 * (PS3.7 D.3.3.7.2). Undefined for Kerberos and SAML, whose response is a ticket of the server, which we have not.
 */
export function acknowledgementOf(identity: UserIdentity | undefined): Uint8Array | undefined {
  return identity && answeredByNothing.has(identity.identityType) ? new Uint8Array(0) : undefined;
}
