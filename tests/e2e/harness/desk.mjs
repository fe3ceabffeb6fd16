// A desk of its own for each story: a screen in memory, a D-Bus session with a real, unlocked key ring, a home folder, and the driver.
// Nothing of the person who runs the tests is read or changed.

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, readlink, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { Window } from './window.mjs';

const required = (name) => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set. Run this story with: cargo xtask test window`);
  return value;
};

/** The folders of a private home, and the variable that names each. */
const FOLDERS = {
  HOME: 'home',
  XDG_DATA_HOME: 'data',
  XDG_CONFIG_HOME: 'config',
  XDG_CACHE_HOME: 'cache',
  XDG_STATE_HOME: 'state',
  XDG_RUNTIME_DIR: 'run',
};

// The key ring opens with an empty password. It is ready when the command returns.
const UNLOCK = `printf '\\n' | gnome-keyring-daemon --unlock --components=secrets >/dev/null && exec "$@"`;

// Whoever stops the tests stops what they started, too.
const running = new Set();
process.once('exit', () => {
  for (const child of running) process.kill(-child.pid, 'SIGTERM');
});
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

export class Desk {
  #processes = [];
  #windows = [];
  #driver;

  /** Sets a desk up for one story and takes it down afterwards; a failed story leaves a picture of each window it had open. */
  static async setUp(story) {
    const desk = new Desk();
    desk.name = story.name.replaceAll(/[^\w]+/g, '-').toLowerCase();
    desk.results = required('HOLDALL_E2E_RESULTS');
    desk.programs = required('HOLDALL_E2E_PROGRAMS');
    desk.folder = await mkdtemp(path.join(os.tmpdir(), 'holdall-desk-'));
    story.after(() => desk.#takeDown(story));
    await desk.#start();
    return desk;
  }

  async #start() {
    this.env = { ...process.env, LANG: 'C.UTF-8', TZ: 'UTC', TAURI_WEBVIEW_AUTOMATION: 'true', HOLDALL_DEVELOPMENT: '1' };
    this.env.HOLDALL_VAULT = path.join(this.folder, 'vault');
    for (const [variable, name] of Object.entries(FOLDERS)) {
      this.env[variable] = path.join(this.folder, name);
      await mkdir(this.env[variable], { mode: 0o700 });
    }
    // Without it the driver waits for ever when asked for a picture.
    this.env.WEBKIT_DISABLE_DMABUF_RENDERER = '0';
    delete this.env.DBUS_SESSION_BUS_ADDRESS;
    delete this.env.WAYLAND_DISPLAY;
    this.log = createWriteStream(path.join(this.results, `${this.name}.log`));
    await once(this.log, 'open');
    this.env.DISPLAY = await this.#startScreen();
    this.#driver = await this.#startDriver();
  }

  /** Xvfb takes the first free display and tells us which, once it is ready. */
  async #startScreen() {
    const args = ['-displayfd', '3', '-screen', '0', '1400x1000x24', '-nolisten', 'tcp'];
    const screen = this.#spawn('Xvfb', args, { stdio: ['ignore', this.log, this.log, 'pipe'] });
    const [number] = await once(createInterface(screen.stdio[3]), 'line');
    return `:${number.trim()}`;
  }

  async #startDriver() {
    const port = await freePort();
    const command = ['--', 'sh', '-c', UNLOCK, 'sh', 'WebKitWebDriver', `--port=${port}`];
    const driver = this.#spawn('dbus-run-session', command, { stdio: ['ignore', this.log, this.log] });
    const base = `http://127.0.0.1:${port}`;
    await Promise.race([answers(base), exitOf(driver, 'the driver')]);
    return base;
  }

  #spawn(program, args, options) {
    const child = spawn(program, args, { env: this.env, detached: true, ...options });
    this.#processes.push(child);
    running.add(child);
    child.once('exit', () => running.delete(child));
    return child;
  }

  /** The path of one of the demo's exports: invented rows, dated back from today. */
  export(name) {
    return path.join(required('HOLDALL_E2E_EXPORTS'), name);
  }

  /** Opens Holdall's window on this desk's vault. */
  async open({ program = path.join(this.programs, 'holdall-desktop'), args = [] } = {}) {
    const window = await Window.open(this.#driver, program, args);
    this.#windows.push(window);
    return window;
  }

  /** Starts the two demo partners on free ports and returns their addresses: `{ airline, bookseller }`. */
  async startPartners() {
    const args = ['demo', '--json', '--port', '0', '--dir', path.join(this.folder, 'partners')];
    const partners = this.#spawn(path.join(this.programs, 'holdall-partner'), args, { stdio: ['ignore', 'pipe', this.log] });
    const ready = once(createInterface(partners.stdout), 'line').then(([line]) => JSON.parse(line));
    const { partners: told } = await Promise.race([ready, exitOf(partners, 'the demo partners')]);
    return { airline: told[0].origin, bookseller: told[1].origin };
  }

  /** Runs `holdall` on this desk's vault, as a person would beside the window. Returns what it printed. */
  async holdall(...words) {
    const { stdout } = await promisify(execFile)(path.join(this.programs, 'holdall'), words, { env: this.env });
    return stdout;
  }

  /** What is on this desk's clipboard; empty where nothing is. */
  async clipboard(target = 'UTF8_STRING') {
    const words = ['-selection', 'clipboard', '-out', '-target', target];
    return promisify(execFile)('xclip', words, { env: this.env }).then(({ stdout }) => stdout, () => '');
  }

  /** The limits that the system sets the window's program, as `/proc` tells them. */
  async limits() {
    const [pid] = await processesNamed(path.join(this.programs, 'holdall-desktop'), this.folder);
    return readFile(`/proc/${pid}/limits`, 'utf8');
  }

  /** Keeps a picture of the window beside the results. */
  async picture(window, name) {
    await writeFile(path.join(this.results, `${this.name}-${name}.png`), await window.screenshot());
  }

  /** Says on this desk's bus what a desktop says when it locks its screen. */
  async lockScreen() {
    const [pid] = await processesNamed(path.join(this.programs, 'holdall-desktop'), this.folder);
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8');
    const [, bus] = /(?:^|\0)DBUS_SESSION_BUS_ADDRESS=([^\0]+)/.exec(environment);
    const signal = ['--session', '--type=signal', '/org/freedesktop/ScreenSaver', 'org.freedesktop.ScreenSaver.ActiveChanged', 'boolean:true'];
    await promisify(execFile)('dbus-send', signal, { env: { ...this.env, DBUS_SESSION_BUS_ADDRESS: bus } });
  }

  /** Ends the window's program at once, as a power cut would. */
  async kill(name = 'holdall-desktop') {
    for (const pid of await processesNamed(path.join(this.programs, name), this.folder)) process.kill(pid, 'SIGKILL');
    // The driver holds a session for a window that is gone, and allows one at a time.
    for (const window of this.#windows.splice(0)) await window.close().catch(() => {});
  }

  async #takeDown(story) {
    const failed = story.passed === false;
    for (const [index, window] of this.#windows.entries()) {
      if (failed) await window.screenshot().then((png) => writeFile(path.join(this.results, `${this.name}-${index}.png`), png), () => {});
      await window.close().catch(() => {});
    }
    for (const child of this.#processes.reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      process.kill(-child.pid, 'SIGTERM');
      await once(child, 'exit');
    }
    this.log.end();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function exitOf(child, what) {
  const [code, signal] = await once(child, 'exit');
  throw new Error(`${what} ended too early (${signal ?? code}); see the log beside the pictures`);
}

async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** Resolves once something accepts connections at `base`. The driver has no other way to say that it is ready. */
async function answers(base) {
  for (;;) {
    try {
      await fetch(`${base}/status`);
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** Processes of the program `file` that live in the home `folder`. */
async function processesNamed(file, folder) {
  const found = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const [program, environment] = await Promise.all([
      readlink(`/proc/${pid}/exe`).catch(() => ''),
      readFile(`/proc/${pid}/environ`, 'utf8').catch(() => ''),
    ]);
    if (program === file && environment.includes(folder)) found.push(Number(pid));
  }
  return found;
}
