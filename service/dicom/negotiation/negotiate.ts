import type { Association } from '../effects.ts';
import { dicomApplicationContext } from '../pdu/codes.ts';
import type { LeniencyKind } from '../pdu/leniency.ts';
import type { AssociateAc, AssociateRq } from '../pdu/types.ts';
import { noUserInformation } from '../pdu/user-information.ts';
import type { AssociationGrant, AssociationPolicy } from './association-policy.ts';
import { agreeContexts } from './contexts.ts';
import { agreeRoles } from './roles.ts';

/** What we say of ourselves in every A-ASSOCIATE-AC. */
export interface Implementation {
  /** 0 announces that we take PDUs of any size. */
  readonly maxPduBytes: number;
  readonly implementationClassUid: string;
  readonly implementationVersionName: string;
}

export interface Agreement {
  readonly association: Association;
  readonly ac: AssociateAc;
}

/** Length assumed of a peer that announces none: enough for any response, safe for any peer. */
const assumedPeerMaxPduBytes = 16_384;

/** Works out what was granted to `request`; `echoed` are bytes 11 to 74 of its PDU. */
export function negotiate(
  request: AssociateRq,
  echoed: Uint8Array,
  grant: AssociationGrant,
  policy: AssociationPolicy,
  implementation: Implementation,
  leniencies: readonly LeniencyKind[],
): Agreement {
  const asked = request.userInformation;
  const roles = agreeRoles(asked.roleSelections, grant.requestorMayBeScp ?? (() => false));
  const contexts = agreeContexts(request, policy, roles);
  const isAccepted = (sopClassUid: string): boolean =>
    contexts.accepted.some((context) => context.abstractSyntaxUid === sopClassUid);
  const asyncWindow = agreeWindow(asked.asyncOperationsWindow?.maxInvoked, grant.asyncWindow);
  const association: Association = {
    calledAeTitle: request.calledAeTitle,
    callingAeTitle: request.callingAeTitle,
    acceptedContexts: contexts.accepted,
    refusedContexts: contexts.refused,
    peerMaxPduBytes: asked.maxPduBytes ?? assumedPeerMaxPduBytes,
    peerImplementationClassUid: asked.implementationClassUid,
    peerImplementationVersionName: asked.implementationVersionName,
    asyncWindow: asyncWindow ?? 1,
    userIdentityType: asked.userIdentity?.identityType,
    leniencies: [...new Set(leniencies)],
    strict: grant.strict ?? false,
  };
  const ac: AssociateAc = {
    type: 'associate-ac',
    protocolVersion: 1,
    echoed,
    applicationContextName: dicomApplicationContext,
    presentationContexts: contexts.answers,
    userInformation: {
      ...noUserInformation,
      ...implementation,
      // We invoke nothing, so the peer performs one at a time at most.
      asyncOperationsWindow: asyncWindow === undefined ? undefined : { maxInvoked: asyncWindow, maxPerformed: 1 },
      roleSelections: roles.answers.filter((role) => isAccepted(role.sopClassUid)),
      extendedNegotiations: (grant.extendedNegotiations ?? []).filter((answer) => isAccepted(answer.sopClassUid)),
      userIdentityResponse: asked.userIdentity?.positiveResponseRequested ? grant.userIdentityResponse : undefined,
    },
    unknownItems: [],
  };
  return { association, ac };
}

/**
 * The window to answer, or undefined to leave it out, which means 1 (PS3.7 D.3.3.3).
 * It is never more than was asked for, and never 0: unlimited cannot be promised.
 */
function agreeWindow(askedMaxInvoked: number | undefined, granted: number | undefined): number | undefined {
  if (askedMaxInvoked === undefined || granted === undefined) return undefined;
  return Math.max(1, askedMaxInvoked === 0 ? granted : Math.min(askedMaxInvoked, granted));
}
