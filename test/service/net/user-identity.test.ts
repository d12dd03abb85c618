import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto';
import jsonwebtoken from 'jsonwebtoken';
import { describe, expect, it } from 'vitest';
import { parsePeers } from '../../../core/peers.ts';
import { userIdentityRuleSchema } from '../../../core/user-identity.ts';
import { PeerList } from '../../../service/net/peer-list.ts';
import { identityCheck } from '../../../service/net/user-identity.ts';
import { jwtIdentity, passcodeIdentity, sha256Of } from './user-identities.ts';

const nowMs = Date.parse('2026-11-24T10:00:00Z');
const nowSeconds = nowMs / 1000;
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const jwkOf = (key: KeyObject, kid?: string) => ({ ...key.export({ format: 'jwk' }), ...(kid && { kid }) });

const check = (rule: unknown) => identityCheck(userIdentityRuleSchema.parse(rule), () => nowMs);

describe('a user name with a passcode', () => {
  const admits = check({ username: 'ct1', passcodeSha256: sha256Of('secret') });

  it.each([
    ['both right', passcodeIdentity('ct1', 'secret'), true],
    ['another passcode', passcodeIdentity('ct1', 'Secret'), false],
    ['another user name', passcodeIdentity('ct2', 'secret'), false],
    ['nothing', undefined, false],
    ['a user name without a passcode', { ...passcodeIdentity('ct1', ''), identityType: 1 }, false],
  ])('%s', (_, identity, passed) => expect(admits(identity).passed).toBe(passed));

  it('is not repeated in what is said of it', () => {
    expect(admits(passcodeIdentity('ct1', 'wrong-one')).detail).not.toMatch(/ct1|wrong-one/);
  });
});

describe('a JSON Web Token', () => {
  const keys = [jwkOf(rsa.publicKey, 'r1'), jwkOf(ec.publicKey)];
  const admits = check({ jwt: { keys, issuer: 'https://idp', audience: 'scp', subject: 'ct1' } });
  const claims = { iss: 'https://idp', aud: 'scp', sub: 'ct1', iat: nowSeconds, exp: nowSeconds + 300 };
  const { exp: _, ...endless } = claims;
  const signed = (payload: object, key: KeyObject, options: jsonwebtoken.SignOptions) =>
    jwtIdentity(jsonwebtoken.sign(payload, key, options));

  it.each([
    ['signed with a listed RSA key', signed(claims, rsa.privateKey, { algorithm: 'RS256', keyid: 'r1' })],
    ['signed with a listed EC key', signed(claims, ec.privateKey, { algorithm: 'ES256' })],
    [
      'expired within the tolerance',
      signed({ ...claims, exp: nowSeconds - 59 }, ec.privateKey, { algorithm: 'ES256' }),
    ],
  ])('passes when %s', (_, identity) => expect(admits(identity)).toEqual({ passed: true, detail: 'the JWT is valid' }));

  it.each([
    ['is signed with another key', signed(claims, other.privateKey, { algorithm: 'ES256' }), /invalid signature/],
    ['names a key that is not listed', signed(claims, rsa.privateKey, { algorithm: 'RS256', keyid: 'r2' }), /invalid/],
    ['has expired', signed({ ...claims, exp: nowSeconds - 61 }, ec.privateKey, { algorithm: 'ES256' }), /expired/],
    ['is of another issuer', signed({ ...claims, iss: 'x' }, ec.privateKey, { algorithm: 'ES256' }), /issuer/],
    ['is for another audience', signed({ ...claims, aud: 'x' }, ec.privateKey, { algorithm: 'ES256' }), /audience/],
    ['is of another subject', signed({ ...claims, sub: 'x' }, ec.privateKey, { algorithm: 'ES256' }), /subject/],
    ['never expires', signed(endless, ec.privateKey, { algorithm: 'ES256' }), /no time of expiry/],
    ['is unsigned', jwtIdentity(jsonwebtoken.sign(claims, '', { algorithm: 'none' })), /signature is required|invalid/],
    ['is none', jwtIdentity('a.b.c'), /invalid|malformed/],
    ['is empty', jwtIdentity(''), /must be provided|malformed/],
  ])('is refused when it %s', (_, identity, why) => {
    const { passed, detail } = admits(identity);
    expect(passed).toBe(false);
    expect(detail).toMatch(why);
  });

  it('is not taken when it is signed by HMAC with the public key', () => {
    const pem = rsa.publicKey.export({ type: 'spki', format: 'pem' });
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const signedPart = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
    const forged = `${signedPart}.${createHmac('sha256', pem).update(signedPart).digest('base64url')}`;
    expect(admits(jwtIdentity(forged))).toMatchObject({ passed: false, detail: expect.stringMatching(/algorithm/) });
  });
});

describe('the peers file', () => {
  it('refuses a private key', () => {
    const peers = [{ aeTitle: 'CT1', userIdentity: { jwt: { keys: [jwkOf(ec.privateKey)] } } }];
    expect(() => parsePeers(JSON.stringify({ peers }), new Set())).toThrow(/peers\.0\.userIdentity/);
  });

  it('refuses a key that is none, and says which', () => {
    const key = { kty: 'EC', crv: 'P-256', x: 'AAAA', y: 'AAAA' };
    const peers = parsePeers(
      JSON.stringify({ peers: [{ aeTitle: 'CT1', userIdentity: { jwt: { keys: [key] } } }] }),
      new Set(),
    );
    expect(() => new PeerList(peers, () => nowMs)).toThrow(/peers\.0\.userIdentity/);
  });
});
