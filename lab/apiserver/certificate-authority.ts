import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIPv4 } from 'node:net';
import { oid, sequence, tag, time } from './der.ts';

/** A certificate and its key, both PEM. */
export interface Identity {
  certificate: string;
  key: string;
}

/** What a certificate says. */
export interface CertificateWords {
  /** Common name of its holder. */
  name: string;
  /** DNS names and IPv4 addresses under which its holder serves. */
  servedAs?: readonly string[];
  notBefore?: Date;
  notAfter?: Date;
}

/** Signs certificates of one small group of programs that know each other; nobody else trusts it. */
export interface CertificateAuthority {
  /** Its own certificate, PEM. */
  readonly certificate: string;
  /** A certificate for a server or client. */
  issue(words: CertificateWords): Identity;
}

/** A new certificate authority (ECDSA P-256). `notAfter`: until when it and what it issues is good; default: for a day. */
export function certificateAuthority(name: string, notAfter?: Date): CertificateAuthority {
  const { privateKey, publicKey } = keyPair();
  const issuer = { name, key: privateKey };
  const validity = notAfter === undefined ? {} : { notAfter };
  return {
    certificate: certificate({ name, ...validity }, publicKey, issuer, [BASIC_CONSTRAINTS_CA]),
    issue: (words) => {
      const pair = keyPair();
      return {
        certificate: certificate({ ...validity, ...words }, pair.publicKey, issuer, [EXTENDED_KEY_USAGE]),
        key: pemOf(pair.privateKey),
      };
    },
  };
}

/** A certificate that signs itself, for a server that clients are told to trust by it. */
export function selfSigned(words: CertificateWords): Identity {
  const { privateKey, publicKey } = keyPair();
  return {
    certificate: certificate(words, publicKey, { name: words.name, key: privateKey }, [BASIC_CONSTRAINTS_CA]),
    key: pemOf(privateKey),
  };
}

const ECDSA_WITH_SHA256 = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));
const BASIC_CONSTRAINTS_CA = sequence(
  oid(0x55, 0x1d, 0x13),
  tag(0x01, Buffer.from([0xff])),
  tag(0x04, sequence(tag(0x01, Buffer.from([0xff])))),
);
/** For servers and for clients. */
const EXTENDED_KEY_USAGE = sequence(
  oid(0x55, 0x1d, 0x25),
  tag(0x04, sequence(oid(0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01), oid(0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x02))),
);

function keyPair() {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

function pemOf(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function certificate(
  {
    name,
    servedAs = [],
    notBefore = new Date(Date.now() - 3_600_000),
    notAfter = new Date(Date.now() + 86_400_000),
  }: CertificateWords,
  publicKey: KeyObject,
  issuer: { name: string; key: KeyObject },
  extensions: Buffer[],
): string {
  const alternatives = servedAs.map((text) =>
    isIPv4(text) ? tag(0x87, Buffer.from(text.split('.').map(Number))) : tag(0x82, Buffer.from(text)),
  );
  const names = alternatives.length === 0 ? [] : [sequence(oid(0x55, 0x1d, 0x11), tag(0x04, sequence(...alternatives)))];
  const content = sequence(
    tag(0xa0, tag(0x02, Buffer.from([2]))),
    tag(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ECDSA_WITH_SHA256,
    commonName(issuer.name),
    sequence(time(notBefore), time(notAfter)),
    commonName(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    tag(0xa3, sequence(...extensions, ...names)),
  );
  const signature = tag(0x03, Buffer.concat([Buffer.from([0]), sign('sha256', content, issuer.key)]));
  const der = sequence(content, ECDSA_WITH_SHA256, signature).toString('base64');
  return `-----BEGIN CERTIFICATE-----\n${der.replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
}

function commonName(name: string): Buffer {
  return sequence(tag(0x31, sequence(oid(0x55, 0x04, 0x03), tag(0x0c, Buffer.from(name)))));
}
