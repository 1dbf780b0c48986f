import { generateKeyPairSync, sign } from 'node:crypto';
import { isIPv4 } from 'node:net';

export interface Identity {
  /** PEM. */
  certificate: string;
  /** PEM. */
  key: string;
}

/** A certificate that signs itself (X.509 v3, ECDSA P-256), for servers of tests: any names, any time of validity. */
export function selfSigned(options: { names: string[]; notBefore?: Date; notAfter?: Date }): Identity {
  const { names, notBefore = new Date(Date.now() - 3_600_000), notAfter = new Date(Date.now() + 86_400_000) } = options;
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));
  const issuer = sequence(tag(0x31, sequence(oid(0x55, 0x04, 0x03), tag(0x0c, Buffer.from('test')))));
  const san = sequence(
    ...names.map((name) => (isIPv4(name) ? tag(0x87, Buffer.from(name.split('.').map(Number))) : tag(0x82, Buffer.from(name)))),
  );
  const extensions = sequence(
    sequence(oid(0x55, 0x1d, 0x13), tag(0x01, Buffer.from([0xff])), tag(0x04, sequence(tag(0x01, Buffer.from([0xff]))))),
    sequence(oid(0x55, 0x1d, 0x11), tag(0x04, san)),
  );
  const content = sequence(
    tag(0xa0, tag(0x02, Buffer.from([2]))),
    tag(0x02, Buffer.from([1, Math.floor(Math.random() * 256)])),
    algorithm,
    issuer,
    sequence(time(notBefore), time(notAfter)),
    issuer,
    publicKey.export({ type: 'spki', format: 'der' }),
    tag(0xa3, extensions),
  );
  const der = sequence(content, algorithm, tag(0x03, Buffer.concat([Buffer.from([0]), sign('sha256', content, privateKey)])));
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

function tag(number: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([number, ...size]), content]);
}

function sequence(...parts: Buffer[]): Buffer {
  return tag(0x30, ...parts);
}

function oid(...bytes: number[]): Buffer {
  return tag(0x06, Buffer.from(bytes));
}

function time(date: Date): Buffer {
  return tag(0x18, Buffer.from(`${date.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`));
}
