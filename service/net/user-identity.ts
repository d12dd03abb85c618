import { createHash, createPublicKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import jsonwebtoken from 'jsonwebtoken';
import type { PublicJwk, UserIdentityRule } from '../../core/user-identity.ts';
import { identityTypes } from '../dicom/pdu/codes.ts';
import type { UserIdentity } from '../dicom/pdu/types.ts';

/** Whether an identity passes, and what was compared with what. Says nothing of the identity itself: it is a secret. */
export interface IdentityFinding {
  readonly passed: boolean;
  readonly detail: string;
}

/** Judges the user identity of a request for association (PS3.7 D.3.3.7), or that there is none. */
export type IdentityCheck = (identity: UserIdentity | undefined) => IdentityFinding;

type JwtRule = Extract<UserIdentityRule, { jwt: unknown }>['jwt'];
type PasscodeRule = Exclude<UserIdentityRule, { jwt: unknown }>;

/** How far the clock of who issues tokens may be off. */
const CLOCK_TOLERANCE_SECONDS = 60;

const algorithmsByKeyType = {
  RSA: ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  EC: ['ES256', 'ES384', 'ES512'],
} as const satisfies Record<PublicJwk['kty'], readonly jsonwebtoken.Algorithm[]>;

const { usernameAndPasscode, jsonWebToken } = identityTypes;

/**
 * Makes the check that a rule asks for.
 * @param nowMs milliseconds since the epoch, for the validity of tokens
 * @throws Error when a key is none: its numbers are not on the curve, for instance
 */
export function identityCheck(rule: UserIdentityRule, nowMs: () => number): IdentityCheck {
  return 'jwt' in rule ? tokenCheck(rule.jwt, nowMs) : passcodeCheck(rule);
}

function passcodeCheck({ username, passcodeSha256 }: PasscodeRule): IdentityCheck {
  const expected = [sha256(Buffer.from(username)), Buffer.from(passcodeSha256, 'hex')] as const;
  return (identity) => {
    if (identity?.identityType !== usernameAndPasscode) return missing('a user name and a passcode', identity);
    const given = [sha256(identity.primaryField), sha256(identity.secondaryField)] as const;
    // Both are compared whatever the first says, so that time does not tell which one is wrong.
    const equal = given.map((digest, index) => timingSafeEqual(digest, expected[index === 0 ? 0 : 1]));
    const passed = equal.every(Boolean);
    return { passed, detail: `user name and passcode ${passed ? 'are' : 'are not'} the peer's` };
  };
}

function tokenCheck({ keys, issuer, audience, subject }: JwtRule, nowMs: () => number): IdentityCheck {
  const candidates = keys.map((jwk) => ({
    kid: jwk.kid,
    key: createPublicKey({ key: { ...jwk }, format: 'jwk' }),
    algorithms: [...algorithmsByKeyType[jwk.kty]],
  }));
  const claims = {
    ...(issuer === undefined ? {} : { issuer }),
    ...(audience === undefined ? {} : { audience }),
    ...(subject === undefined ? {} : { subject }),
  };
  const problemWith = (token: string, key: KeyObject, algorithms: jsonwebtoken.Algorithm[]): string | undefined => {
    try {
      const clockTimestamp = Math.floor(nowMs() / 1000);
      const payload = jsonwebtoken.verify(token, key, {
        ...claims,
        algorithms,
        clockTimestamp,
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
      });
      // A token that never ends is a passcode that anyone may have copied.
      return typeof payload === 'object' && payload.exp !== undefined ? undefined : 'it has no time of expiry';
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };
  return (identity) => {
    if (identity?.identityType !== jsonWebToken) return missing('a JSON Web Token', identity);
    const token = Buffer.from(identity.primaryField).toString('utf8');
    const kid = jsonwebtoken.decode(token, { complete: true })?.header.kid;
    const fitting = candidates.filter(
      (candidate) => kid === undefined || candidate.kid === undefined || candidate.kid === kid,
    );
    if (fitting.length === 0) return { passed: false, detail: 'the JWT is signed with a key that is not listed' };
    const problems = fitting.map(({ key, algorithms }) => problemWith(token, key, algorithms));
    if (problems.includes(undefined)) return { passed: true, detail: 'the JWT is valid' };
    return { passed: false, detail: `the JWT is refused: ${[...new Set(problems)].join(', ')}` };
  };
}

const missing = (wanted: string, identity: UserIdentity | undefined): IdentityFinding => ({
  passed: false,
  detail: `${wanted} is asked for; ${identity ? `identity type ${identity.identityType} came` : 'none came'}`,
});

const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();
