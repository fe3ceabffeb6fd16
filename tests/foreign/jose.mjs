// Answers questions about JOSE tokens with the npm package `jose`. Questions come as a JSON list on standard input.

import { text } from 'node:stream/consumers';
import * as jose from 'jose';

const utf8 = new TextDecoder();
const bytes = (value) => new TextEncoder().encode(value);

const answers = {
  async thumbprint({ jwk }) {
    return { thumbprint: await jose.calculateJwkThumbprint(jwk) };
  },
  async verify({ token, jwk }) {
    const { payload, protectedHeader } = await jose.compactVerify(token, await jose.importJWK(jwk, 'Ed25519'), { algorithms: ['Ed25519'] });
    return { payload: utf8.decode(payload), header: protectedHeader };
  },
  async sign({ payload, header, jwk }) {
    const key = await jose.importJWK(jwk, 'Ed25519');
    return { token: await new jose.CompactSign(bytes(payload)).setProtectedHeader(header).sign(key) };
  },
  async open({ token, jwk }) {
    const { plaintext, protectedHeader } = await jose.compactDecrypt(token, await jose.importJWK(jwk, 'ECDH-ES'));
    return { plaintext: utf8.decode(plaintext), header: protectedHeader };
  },
  async seal({ plaintext, header, apu, apv, jwk }) {
    const sealing = new jose.CompactEncrypt(bytes(plaintext)).setProtectedHeader(header);
    sealing.setKeyManagementParameters({ apu: bytes(apu), apv: bytes(apv) });
    return { token: await sealing.encrypt(await jose.importJWK(jwk, 'ECDH-ES')) };
  },
};

async function answer(question) {
  try {
    return await answers[question.ask](question);
  } catch (error) {
    if (error instanceof jose.errors.JOSEError) return { refused: error.code };
    throw error;
  }
}

const questions = JSON.parse(await text(process.stdin));
console.log(JSON.stringify(await Promise.all(questions.map(answer))));
