import { PeerFault } from '../errors.ts';
import { dicomApplicationContext } from '../pdu/codes.ts';
import type { AssociateRq } from '../pdu/types.ts';

/** PS3.8 9.3.2.2: context IDs are odd and used once. Throws a PeerFault: such a request is not valid. */
export function checkContextIds(request: AssociateRq): void {
  const seen = new Set<number>();
  for (const { id } of request.presentationContexts) {
    if (id % 2 === 0) throw new PeerFault('CONTEXT_ID_INVALID', `${id} is even`);
    if (seen.has(id)) throw new PeerFault('CONTEXT_ID_INVALID', `${id} is used twice`);
    seen.add(id);
  }
}

/** PS3.8 9.3.2: a receiver of version 1 tests bit 0 alone. Throws the PeerFault the provider refuses with. */
export function checkProtocolVersion(request: AssociateRq): void {
  if ((request.protocolVersion & 1) === 0) {
    throw new PeerFault('PROTOCOL_VERSION_UNSUPPORTED', `version bits ${request.protocolVersion}`);
  }
}

/** PS3.7 A.2.1: there is one application context. Throws the PeerFault the user refuses with. */
export function checkApplicationContext(request: AssociateRq): void {
  if (request.applicationContextName !== dicomApplicationContext) {
    throw new PeerFault('APPLICATION_CONTEXT_UNSUPPORTED');
  }
}
