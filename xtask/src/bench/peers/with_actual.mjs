// What a person does who keeps their money in Actual Budget: an account, and a bank's CSV imported into it.
//
// node with_actual.mjs STORE            makes a budget with an empty account
// node with_actual.mjs STORE EXPORT     imports into it, and prints how many transactions the account then has

import * as api from '@actual-app/api';
import { parse } from 'csv-parse/sync';
import { mkdirSync, readFileSync } from 'node:fs';

const NAME = 'Bench';

/** Actual tells on standard output what it does; only the number is ours. */
const print = console.log;
console.log = console.info = () => {};

async function create() {
  await api.runImport(NAME, () => api.createAccount({ name: NAME }));
}

async function fill(file) {
  const [budget] = await api.getBudgets();
  await api.loadBudget(budget.id);
  const [account] = await api.getAccounts();
  const { errors } = await api.importTransactions(account.id, transactions(file, account.id));
  if (errors.length > 0) throw new Error(errors[0].message);
  print((await api.getTransactions(account.id, '2000-01-01', '2100-01-01')).length);
}

function transactions(file, account) {
  return parse(readFileSync(file), { columns: true }).map((row) => ({
    account,
    date: row.Date.split('/').reverse().join('-'),
    amount: api.utils.amountToInteger(Number(row.Amount)),
    payee_name: row.Name,
    imported_id: row['Transaction ID'],
    notes: row.Description,
  }));
}

try {
  const [store, file] = process.argv.slice(2);
  mkdirSync(store, { recursive: true });
  await api.init({ dataDir: store });
  await (file === undefined ? create() : fill(file));
  await api.shutdown();
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
