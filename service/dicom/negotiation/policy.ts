import { serviceOf } from '../dimse/services.ts';
import { contextResults, type Rejection, rejections } from '../pdu/codes.ts';
import type { AssociateRq, ProposedContext, UserIdentity } from '../pdu/types.ts';
import { acknowledgementOf } from './acknowledge-identity.ts';
import type { AssociationDecision, AssociationPolicy, TransferSyntaxChoice } from './association-policy.ts';

/** Service class of storage, as Common Extended Negotiation names it (PS3.6 table A-1). */
const storageServiceClass = '1.2.840.10008.4.2';

/** What verification and storage commitment may use: neither carries pixels. Explicit VR Little Endian, then Implicit. */
const uncompressed = ['1.2.840.10008.1.2.1', '1.2.840.10008.1.2'];

const congestionRejections = {
  'temporary-congestion': rejections.temporaryCongestion,
  'local-limit-exceeded': rejections.localLimitExceeded,
} as const satisfies Record<string, Rejection>;

export interface PolicyOptions {
  /** AE titles we answer to; absent: any. */
  readonly calledAeTitles?: ReadonlySet<string>;
  /** AE titles we hear; absent: any. */
  readonly callingAeTitles?: ReadonlySet<string>;
  /** Whether there is room for another association just now; a refusal is transient. Absent: always. */
  readonly admit?: (request: AssociateRq) => Congestion | undefined;
  readonly isStorage: (sopClassUid: string) => boolean;
  /** Takes any abstract syntax for a storage SOP class. */
  readonly promiscuous?: boolean;
  /** Storage Commitment Push Model is taken too. */
  readonly storageCommitment?: boolean;
  /** Best first; what is not listed is not accepted. */
  readonly transferSyntaxUids: readonly string[];
  readonly asyncWindow?: number;
  readonly strict?: boolean;
  /** Judges a user identity, or its absence. Absent: any is acknowledged, none is looked at. */
  readonly verifyIdentity?: (identity: UserIdentity | undefined) => IdentityVerdict;
}

/** PS3.8 table 9-21, source 3. */
export type Congestion = keyof typeof congestionRejections;

/** `response` is what the peer gets that asked for one (PS3.7 D.3.3.7.2): empty for a user name. */
export type IdentityVerdict =
  | { readonly verified: true; readonly response?: Uint8Array }
  | { readonly verified: false };

/** The policy of a Storage SCP, from settings alone. */
export function createPolicy(options: PolicyOptions): AssociationPolicy {
  return {
    decide: (request) => decide(request, options),
    chooseTransferSyntax: (context, request) => chooseTransferSyntax(context, request, options),
  };
}

function decide(request: AssociateRq, options: PolicyOptions): AssociationDecision {
  const { calledAeTitles, callingAeTitles, admit, asyncWindow, strict, verifyIdentity } = options;
  if (calledAeTitles && !calledAeTitles.has(request.calledAeTitle)) {
    return { reject: rejections.calledAeTitleNotRecognized };
  }
  if (callingAeTitles && !callingAeTitles.has(request.callingAeTitle)) {
    return { reject: rejections.callingAeTitleNotRecognized };
  }
  const verdict = verifyIdentity?.(request.userInformation.userIdentity);
  // PS3.7 D.3.3.7 leaves the reason to the acceptor; PS3.8 has none for identities.
  if (verdict?.verified === false) return { reject: rejections.noReasonGiven };
  const congestion = admit?.(request);
  if (congestion) return { reject: congestionRejections[congestion] };
  return {
    accept: true,
    strict: strict ?? false,
    ...(asyncWindow === undefined ? {} : { asyncWindow }),
    userIdentityResponse: verdict?.response ?? acknowledgementOf(request.userInformation.userIdentity),
  };
}

function chooseTransferSyntax(
  context: ProposedContext,
  request: AssociateRq,
  options: PolicyOptions,
): TransferSyntaxChoice {
  const preferred = transferSyntaxesFor(context.abstractSyntaxUid, request, options);
  if (!preferred) return { refuse: contextResults.abstractSyntaxNotSupported };
  const transferSyntaxUid = preferred.find((uid) => context.transferSyntaxUids.includes(uid));
  return transferSyntaxUid === undefined
    ? { refuse: contextResults.transferSyntaxesNotSupported }
    : { transferSyntaxUid };
}

/** The transfer syntaxes taken for an abstract syntax, best first, or undefined where it is not taken at all. */
function transferSyntaxesFor(
  abstractSyntaxUid: string,
  request: AssociateRq,
  { isStorage, promiscuous, storageCommitment, transferSyntaxUids }: PolicyOptions,
): readonly string[] | undefined {
  switch (serviceOf(abstractSyntaxUid)) {
    case 'verification':
      return uncompressed;
    case 'storage-commitment':
      return storageCommitment ? uncompressed : undefined;
    case 'storage':
      return promiscuous || isStorage(abstractSyntaxUid) || isDeclaredStorage(abstractSyntaxUid, request, isStorage)
        ? transferSyntaxUids
        : undefined;
  }
}

/** PS3.7 D.3.3.6: the peer says that a SOP class we do not know is one of storage, derived from one we know. */
function isDeclaredStorage(
  sopClassUid: string,
  request: AssociateRq,
  isStorage: (sopClassUid: string) => boolean,
): boolean {
  return request.userInformation.commonExtendedNegotiations.some(
    (declared) =>
      declared.sopClassUid === sopClassUid &&
      declared.serviceClassUid === storageServiceClass &&
      declared.relatedGeneralSopClassUids.some(isStorage),
  );
}
