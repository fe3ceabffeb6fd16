// A small WebDriver client: the few commands of the W3C standard that our stories need, spoken straight to WebKitWebDriver.

const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';

export class WebDriverError extends Error {
  constructor(code, message) {
    super(`${code}: ${message}`);
    this.code = code;
  }
}

/** No command takes this long unless the driver is stuck. */
const STUCK = 60_000;

async function send(base, method, path, body) {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const response = await fetch(base + path, { method, body: text, signal: AbortSignal.timeout(STUCK) });
  const { value } = await response.json();
  if (!response.ok) throw new WebDriverError(value.error, value.message);
  return value;
}

/** One open window under the driver's control. Elements are plain strings: the driver's own ids. */
export class Session {
  #base;
  #path;

  static async open(base, program, args) {
    const options = { 'webkitgtk:browserOptions': { binary: program, args } };
    const { sessionId } = await send(base, 'POST', '/session', { capabilities: { alwaysMatch: options } });
    return new Session(base, `/session/${sessionId}`);
  }

  constructor(base, path) {
    this.#base = base;
    this.#path = path;
  }

  #send(method, path, body) {
    return send(this.#base, method, this.#path + path, body);
  }

  close() {
    return this.#send('DELETE', '');
  }

  setScriptTimeout(milliseconds) {
    return this.#send('POST', '/timeouts', { script: milliseconds });
  }

  /** Runs the body of a function in the page; elements it returns come back as ids. */
  async run(script, ...args) {
    return decode(await this.#send('POST', '/execute/sync', { script, args: args.map(encode) }));
  }

  /** The same for a script that calls its last argument when it is done. */
  async runUntilDone(script, ...args) {
    return decode(await this.#send('POST', '/execute/async', { script, args: args.map(encode) }));
  }

  click(element) {
    return this.#send('POST', `/element/${element}/click`, {});
  }

  clear(element) {
    return this.#send('POST', `/element/${element}/clear`, {});
  }

  type(element, text) {
    return this.#send('POST', `/element/${element}/value`, { text });
  }

  /** Presses keys together with whatever has the focus. */
  press(...keys) {
    const down = keys.map((value) => ({ type: 'keyDown', value }));
    const actions = [...down, ...keys.toReversed().map((value) => ({ type: 'keyUp', value }))];
    return this.#send('POST', '/actions', { actions: [{ type: 'key', id: 'keyboard', actions }] });
  }

  isEnabled(element) {
    return this.#send('GET', `/element/${element}/enabled`);
  }

  text(element) {
    return this.#send('GET', `/element/${element}/text`);
  }

  /** What a screen reader calls the element. */
  label(element) {
    return this.#send('GET', `/element/${element}/computedlabel`);
  }

  /** What a screen reader says the element is. */
  role(element) {
    return this.#send('GET', `/element/${element}/computedrole`);
  }

  resize(width, height) {
    return this.#send('POST', '/window/rect', { width, height });
  }

  async screenshot() {
    return Buffer.from(await this.#send('GET', '/screenshot'), 'base64');
  }
}

const encode = (value) => (value instanceof ElementId ? { [ELEMENT]: value.id } : value);

/** Wraps an element's id, so that a script receives the element itself. */
export class ElementId {
  constructor(id) {
    this.id = id;
  }
}

function decode(value) {
  if (Array.isArray(value)) return value.map(decode);
  if (value === null || typeof value !== 'object') return value;
  if (ELEMENT in value) return value[ELEMENT];
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, decode(inner)]));
}
