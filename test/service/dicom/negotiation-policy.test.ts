import { describe, expect, it } from 'vitest';
import type { AssociationPolicy } from '../../../service/dicom/negotiation/association-policy.ts';
import { encodePdu } from '../../../service/dicom/pdu/encode.ts';
import {
  associateRq,
  ctImageStorage,
  implicitLittle,
  newAcceptor,
  secondaryCapture,
  sentPdus,
} from './conversation.ts';

describe('a policy of somebody else', () => {
  const request = associateRq({}, { roleSelections: [{ sopClassUid: ctImageStorage, scu: false, scp: true }] });

  it('may grant the SCP role and answer extended negotiation, for what is accepted', () => {
    const information = Uint8Array.of(2, 0, 2);
    const acceptor = newAcceptor(
      {},
      {
        policy: {
          decide: () => ({
            accept: true,
            requestorMayBeScp: (uid) => uid === ctImageStorage,
            extendedNegotiations: [
              { sopClassUid: ctImageStorage, information },
              { sopClassUid: secondaryCapture, information },
            ],
          }),
          chooseTransferSyntax: ({ abstractSyntaxUid }) =>
            abstractSyntaxUid === ctImageStorage ? { transferSyntaxUid: implicitLittle } : { refuse: 2 },
        },
      },
    );
    const [ac] = sentPdus(acceptor.receive(encodePdu(request)));
    expect(ac).toMatchObject({
      presentationContexts: [{ result: 2 }, { result: 0 }, { result: 2 }, { result: 2 }],
      userInformation: {
        roleSelections: [{ sopClassUid: ctImageStorage, scu: false, scp: true }],
        extendedNegotiations: [{ sopClassUid: ctImageStorage, information }],
      },
    });
  });

  it('does not grant a role that was not asked for', () => {
    const policy: AssociationPolicy = {
      decide: () => ({ accept: true, requestorMayBeScp: () => true }),
      chooseTransferSyntax: () => ({ transferSyntaxUid: implicitLittle }),
    };
    const asScu = associateRq({}, { roleSelections: [{ sopClassUid: ctImageStorage, scu: true, scp: false }] });
    const [ac] = sentPdus(newAcceptor({}, { policy }).receive(encodePdu(asScu)));
    expect(ac).toMatchObject({
      userInformation: { roleSelections: [{ sopClassUid: ctImageStorage, scu: true, scp: false }] },
    });
  });

  it('cannot accept a transfer syntax that was not offered', () => {
    const acceptor = newAcceptor(
      {},
      {
        policy: {
          decide: () => ({ accept: true }),
          chooseTransferSyntax: () => ({ transferSyntaxUid: '1.2.840.10008.1.2.4.50' }),
        },
      },
    );
    const [ac] = sentPdus(acceptor.receive(encodePdu(associateRq())));
    expect(ac).toMatchObject({ presentationContexts: [{ result: 4 }, { result: 4 }, { result: 4 }, { result: 4 }] });
  });
});
