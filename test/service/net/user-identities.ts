import { createHash } from 'node:crypto';
import type { UserIdentity } from '../../../service/dicom/pdu/types.ts';

export const sha256Of = (text: string): string => createHash('sha256').update(text).digest('hex');

const identity = (identityType: number, primary: string, secondary = ''): UserIdentity => ({
  identityType,
  positiveResponseRequested: true,
  primaryField: new TextEncoder().encode(primary),
  secondaryField: new TextEncoder().encode(secondary),
});

export const passcodeIdentity = (username: string, passcode: string): UserIdentity => identity(2, username, passcode);

export const jwtIdentity = (token: string): UserIdentity => identity(5, token);
