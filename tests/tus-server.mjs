// A tus server that others wrote, for the test of our client (tests/tus.rs): `node tests/tus-server.mjs 18459`. Port 0 takes one that is free; the
// first line that it prints is the port, once it listens.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { FileStore } from '@tus/file-store';
import { Server } from '@tus/server';

const directory = mkdtempSync(join(tmpdir(), 'tus-'));
const settings = {
  datastore: new FileStore({ directory }),
  allowedCredentials: true,
  allowedOrigins: origin => /^http:\/\/(127\.0\.0\.1|localhost)(:\d+)?$/.test(origin),
  allowedHeaders: ['X-HC-Request', 'Upload-Checksum'],
};
const server = new Server({ path: '/files', ...settings });
/** One that says where an upload is without naming itself. */
const relative = new Server({ path: '/relative', relativeLocation: true, ...settings });

/** What arrived, for the test to compare: reading it is no part of tus. */
function show(name, response) {
  response.setHeader('access-control-allow-origin', '*');
  try { response.end(readFileSync(join(directory, name))); } catch { response.writeHead(404).end(); }
}

/** The length of every chunk that came, in order, by the name of its upload. */
const chunks = new Map();

function note(request) {
  const name = basename(request.url);
  chunks.set(name, [...(chunks.get(name) || []), request.headers['content-length']]);
}

function tell(name, response) {
  response.setHeader('access-control-allow-origin', '*');
  response.end((chunks.get(name) || []).join(' '));
}

/** So many chunks are still taken before one meets a sign-in that has ended. */
let allowed = Infinity;

function endSignIn(request, response) {
  allowed = Infinity;
  response.writeHead(401, { 'access-control-allow-origin': request.headers.origin || '*', 'access-control-allow-credentials': 'true' }).end();
}

/** What stands at an address that uploads have left: `/old/401/...` answers 401 to everything. */
function old(request, response) {
  const headers = {
    'access-control-allow-origin': request.headers.origin || '*',
    'access-control-allow-credentials': 'true',
    'access-control-allow-headers': 'Tus-Resumable, X-HC-Request',
    'access-control-allow-methods': 'HEAD, DELETE',
  };
  response.writeHead(request.method === 'OPTIONS' ? 204 : Number(request.url.split('/')[2]), headers).end();
}

const listening = http
  .createServer((request, response) => {
    if (request.method === 'PATCH') note(request);
    if (request.url.startsWith('/allow?')) {
      allowed = Number(new URL(request.url, 'http://localhost').searchParams.get('patches'));
      response.writeHead(200, { 'access-control-allow-origin': '*' }).end();
    } else if (request.url.startsWith('/old/')) old(request, response);
    else if (request.url.startsWith('/chunks/')) tell(basename(request.url), response);
    else if (request.method === 'PATCH' && allowed-- <= 0) endSignIn(request, response);
    else if (request.method === 'GET') show(basename(request.url), response);
    else (request.url.startsWith('/relative') ? relative : server).handle(request, response);
  })
  .listen(Number(process.argv[2]), '127.0.0.1', () => process.stdout.write(`${listening.address().port}\n`));

function end() {
  rmSync(directory, { recursive: true, force: true });
  process.exit(0);
}
process.on('SIGTERM', end);
process.on('SIGINT', end);
