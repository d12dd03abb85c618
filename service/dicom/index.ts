export { Acceptor, type AcceptorOptions } from './acceptor.ts';
export { HeaderPeek, type PeekResult } from './dataset/peek.ts';
export { statuses, statusNameOf } from './dimse/status.ts';
export type * from './effects.ts';
export { PeerFault, type PeerFaultCode, peerFaults } from './errors.ts';
export type { AssociationDecision, AssociationPolicy } from './negotiation/association-policy.ts';
export { createPolicy, type PolicyOptions } from './negotiation/policy.ts';
export { encodeFileMeta, type FileMeta } from './part10/file-meta.ts';
export { readFileMeta } from './part10/read-file-meta.ts';
export {
  type AbortCause,
  abortReasons,
  abortSources,
  contextResults,
  type Rejection,
  rejections,
} from './pdu/codes.ts';
export { type LeniencyKind, leniencies } from './pdu/leniency.ts';
export type { AssociateRq } from './pdu/types.ts';
export { isStorageSopClass, sopClassKeyword } from './uids.ts';
export { actions } from './upper-layer/actions.ts';
export { events } from './upper-layer/events.ts';
export { type State, states } from './upper-layer/states.ts';
export { transitions } from './upper-layer/transitions.ts';
