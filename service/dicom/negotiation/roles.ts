import type { RoleSelection } from '../pdu/types.ts';

/** Outcome of SCP/SCU role selection (PS3.7 D.3.3.4). */
export interface AgreedRoles {
  /** One answer per SOP class that was asked for. */
  readonly answers: readonly RoleSelection[];
  /** Whether roles were asked for this SOP class and none was granted: nobody could use it. */
  isUseless(sopClassUid: string): boolean;
}

/** The requestor may be SCU of whatever is accepted, and SCP where the local user says so; it gets no role it did not ask for. */
export function agreeRoles(
  proposed: readonly RoleSelection[],
  requestorMayBeScp: (sopClassUid: string) => boolean,
): AgreedRoles {
  const answers = new Map<string, RoleSelection>();
  for (const { sopClassUid, scu, scp } of proposed) {
    answers.set(sopClassUid, { sopClassUid, scu, scp: scp && requestorMayBeScp(sopClassUid) });
  }
  return {
    answers: [...answers.values()],
    isUseless(sopClassUid) {
      const answer = answers.get(sopClassUid);
      return answer !== undefined && !answer.scu && !answer.scp;
    },
  };
}
