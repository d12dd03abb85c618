import { serviceOf } from '../dimse/services.ts';
import type { AcceptedContext, RefusedContext } from '../effects.ts';
import { contextResults } from '../pdu/codes.ts';
import type { AnsweredContext, AssociateRq, ProposedContext } from '../pdu/types.ts';
import type { AssociationPolicy, TransferSyntaxChoice } from './association-policy.ts';
import type { AgreedRoles } from './roles.ts';

export interface AgreedContexts {
  readonly accepted: readonly AcceptedContext[];
  readonly refused: readonly RefusedContext[];
  /** Every proposed context with its result, in the order proposed, as the A-ASSOCIATE-AC lists them. */
  readonly answers: readonly AnsweredContext[];
}

/** Judges every proposed presentation context (PS3.8 9.3.3.2). */
export function agreeContexts(request: AssociateRq, policy: AssociationPolicy, roles: AgreedRoles): AgreedContexts {
  const accepted: AcceptedContext[] = [];
  const refused: RefusedContext[] = [];
  const answers: AnsweredContext[] = [];
  for (const context of request.presentationContexts) {
    const { id, abstractSyntaxUid, transferSyntaxUids } = context;
    const choice = choose(context, request, policy, roles);
    if ('transferSyntaxUid' in choice) {
      const { transferSyntaxUid } = choice;
      accepted.push({ id, abstractSyntaxUid, transferSyntaxUid, service: serviceOf(abstractSyntaxUid) });
      answers.push({ id, result: contextResults.acceptance, transferSyntaxUid });
    } else {
      refused.push({ id, abstractSyntaxUid, transferSyntaxUids, result: choice.refuse });
      // Not significant (PS3.8 table 9-18), yet there are peers that look for the sub-item.
      answers.push({ id, result: choice.refuse, transferSyntaxUid: transferSyntaxUids[0] });
    }
  }
  return { accepted, refused, answers };
}

function choose(
  context: ProposedContext,
  request: AssociateRq,
  policy: AssociationPolicy,
  roles: AgreedRoles,
): TransferSyntaxChoice {
  const choice = policy.chooseTransferSyntax(context, request);
  if ('refuse' in choice) return choice;
  if (!context.transferSyntaxUids.includes(choice.transferSyntaxUid)) {
    return { refuse: contextResults.transferSyntaxesNotSupported };
  }
  return roles.isUseless(context.abstractSyntaxUid) ? { refuse: contextResults.userRejection } : choice;
}
