// A window as a person meets it: things have a role and a name, as a screen reader says them. No selectors, no sleeps.

import { ElementId, Session, WebDriverError } from './webdriver.mjs';

/** How long anything may take before the story fails. Debug builds on busy machines are slow; a story that passes never waits this long. */
const PATIENCE = 20_000;

/** What could have the role; the browser itself then says what has. */
const CANDIDATES = {
  alert: '[role=alert]',
  article: 'article, [role=article]',
  button: 'button, [role=button], input[type=submit], input[type=button], summary',
  checkbox: 'input[type=checkbox], [role=checkbox]',
  combobox: 'select, [role=combobox], input[list]',
  dialog: 'dialog, [role=dialog], [role=alertdialog]',
  gridcell: '[role=gridcell], td',
  heading: 'h1, h2, h3, h4, h5, h6, [role=heading]',
  link: 'a[href], [role=link]',
  list: 'ul, ol, [role=list]',
  listitem: 'li, [role=listitem]',
  main: 'main, [role=main]',
  navigation: 'nav, [role=navigation]',
  option: 'option, [role=option]',
  radio: 'input[type=radio], [role=radio]',
  region: 'section, [role=region]',
  row: 'tr, [role=row]',
  searchbox: 'input[type=search], [role=searchbox]',
  status: 'output, [role=status]',
  switch: '[role=switch]',
  tab: '[role=tab]',
  textbox: 'input:not([type]), input[type=text], input[type=password], textarea, [role=textbox]',
};

// Counts changes of the page, so that a wait cannot miss the one between looking and waiting.
// It begins at the time of day: a page that is loaded anew counts on from where the one before was.
const OBSERVE = `
  if (!window.holdallChanges) {
    const changes = (window.holdallChanges = { count: Date.now() * 1000, waiting: [] });
    const changed = () => { changes.count += 1; for (const wake of changes.waiting.splice(0)) wake(); };
    new MutationObserver(changed).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
    for (const event of ['input', 'change', 'animationend', 'transitionend', 'resize']) addEventListener(event, changed, true);
  }`;

const LOOK = `${OBSERVE}
  const seen = (element) => element.getClientRects().length > 0 && getComputedStyle(element).visibility !== 'hidden' && !element.closest('[inert]');
  return { count: window.holdallChanges.count, elements: [...document.querySelectorAll(arguments[0])].filter(seen) };`;

const WAIT = `${OBSERVE}
  const [count, done] = arguments;
  if (window.holdallChanges.count > count) done(); else window.holdallChanges.waiting.push(done);`;

const TEXT = `${OBSERVE}
  return { count: window.holdallChanges.count, text: document.body.innerText };`;

const matches = (wanted, text) => (wanted instanceof RegExp ? wanted.test(text) : wanted === undefined || wanted === text);
const tidied = (text) => text.replaceAll(/\s+/g, ' ').trim();

/** The page went away under a question, because another is loaded in its place. */
const wasReloaded = (error) => error instanceof WebDriverError && ['no such frame', 'javascript error'].includes(error.code) && /unload|frame/i.test(error.message);

export class Window {
  #session;

  static async open(driver, program, args) {
    const window = new Window();
    window.#session = await Session.open(driver, program, args);
    await window.#session.setScriptTimeout(PATIENCE);
    return window;
  }

  /** Waits until something with this role and name is on the screen, and returns it. `name` is exact text or a pattern. */
  find(role, name) {
    return this.#until(`a ${role} ${name === undefined ? '' : `named ${name}`}`, async (session) => {
      const { count, found } = await this.#all(session, role, name);
      return { count, found: found[0]?.element };
    });
  }

  /** The names of everything with this role, in the order of the page, once there is at least one. */
  names(role, name) {
    return this.#until(`any ${role} ${name === undefined ? '' : `named ${name}`}`, async (session) => {
      const { count, found } = await this.#all(session, role, name);
      return { count, found: found.length > 0 && found.map((one) => one.name) };
    });
  }

  /** Waits until the text is on the screen. Returns the match. */
  async see(pattern) {
    return this.#until(`the text ${pattern}`, async (session) => {
      const { count, text } = await session.run(TEXT);
      const found = pattern instanceof RegExp ? pattern.exec(tidied(text)) : tidied(text).includes(pattern) && [pattern];
      return { count, found };
    });
  }

  /** Waits until nothing with this role and name is on the screen. */
  gone(role, name) {
    return this.#until(`no ${role} named ${name}`, async (session) => {
      const { count, found } = await this.#all(session, role, name);
      return { count, found: found.length === 0 };
    });
  }

  /** Clicks, once the thing can be clicked: what is disabled is waited for. */
  async click(role, name) {
    const what = `a ${role} named ${name} that can be clicked`;
    const element = await this.#until(what, async (session) => {
      const { count, found } = await this.#all(session, role, name);
      for (const { element } of found) if (await session.isEnabled(element)) return { count, found: element };
      return { count };
    });
    await this.#session.click(element);
  }

  /** Replaces what is in a field. */
  async fill(role, name, text) {
    const field = await this.find(role, name);
    await this.#session.clear(field);
    await this.#session.type(field, text);
  }

  async read(role, name) {
    return this.#session.text(await this.find(role, name));
  }

  press(...keys) {
    return this.#session.press(...keys);
  }

  /** Selects a thing on the screen, as if the mouse were drawn over it. */
  async select(role, name) {
    await this.#session.run('getSelection().selectAllChildren(arguments[0])', new ElementId(await this.find(role, name)));
  }

  /** Chooses an entry of a native list of choices. */
  async choose(name, entry) {
    const list = await this.find('combobox', name);
    const script = `const [list, entry] = arguments;
      const option = [...list.options].find((one) => one.textContent.trim() === entry);
      if (!option) return false;
      list.value = option.value;
      list.dispatchEvent(new Event('input', { bubbles: true }));
      list.dispatchEvent(new Event('change', { bubbles: true }));
      return true;`;
    if (!(await this.#session.run(script, new ElementId(list), entry))) throw new Error(`the list ${name} has no entry ${entry}`);
  }

  /** Everything that can be read on the screen now. */
  async text() {
    return (await this.#session.run(TEXT)).text;
  }

  /** Runs a script in the page and returns what it returns. For checks of the page as a whole, not for finding things. */
  run(script, ...args) {
    return this.#session.run(script, ...args);
  }

  resize(width, height) {
    return this.#session.resize(width, height);
  }

  screenshot() {
    return this.#session.screenshot();
  }

  close() {
    return this.#session.close();
  }

  async #all(session, role, name) {
    const { count, elements } = await session.run(LOOK, CANDIDATES[role] ?? `[role=${role}]`);
    const found = [];
    for (const element of elements) {
      if ((await session.role(element)) !== role) continue;
      const label = tidied(await session.label(element));
      if (matches(name, label)) found.push({ element, name: label });
    }
    return { count, found };
  }

  /** Looks; if that finds nothing, waits for the page to change and looks again. */
  async #until(what, look) {
    const deadline = Date.now() + PATIENCE;
    for (;;) {
      const { count, found } = await this.#look(look);
      if (found) return found;
      const changed = Date.now() < deadline && (await this.#changed(count));
      if (!changed) throw new Error(`waited ${PATIENCE / 1000} s for ${what}. On the screen:\n${await this.text()}`);
    }
  }

  /** Resolves when the page is no longer as it was at `count`; with false if it stays so until our patience ends. */
  async #changed(count) {
    try {
      await this.#session.runUntilDone(WAIT, count);
      return true;
    } catch (error) {
      if (error instanceof WebDriverError && error.code === 'script timeout') return false;
      // The page is being loaded anew, which is a change.
      if (wasReloaded(error)) return true;
      throw error;
    }
  }

  /** An element may leave the page between two questions; then the page has changed, and the next look decides. */
  async #look(look) {
    try {
      return await look(this.#session);
    } catch (error) {
      if (error instanceof WebDriverError && error.code === 'stale element reference') return { count: -1 };
      if (wasReloaded(error)) return { count: -1 };
      throw error;
    }
  }
}
