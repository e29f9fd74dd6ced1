// Decisions that could not be sent, kept on this tablet until they are: a reload or an empty battery loses none.
"use strict";

(() => {
  const NAME = "jufu";
  const STORE = "unsent";
  let opening = null;

  function open() {
    opening = opening || new Promise((resolve, reject) => {
      const request = indexedDB.open(NAME, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "key" });
      request.onsuccess = () => {
        request.result.onversionchange = () => { request.result.close(); opening = null; };
        resolve(request.result);
      };
      request.onerror = () => { opening = null; reject(request.error); };
    });
    return opening;
  }

  // Done only when the disk has it: "strict" asks for that, for what is shown as done must outlive the battery.
  async function run(mode, work) {
    const database = await open();
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(STORE, mode, { durability: "strict" });
      const request = work(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = () => reject(transaction.error);
      transaction.onabort = () => reject(transaction.error);
    });
  }

  // An entry: key, url, again (where it is decided again), cases, fields, what, actor, name, at, state, said.
  window.unsentStore = {
    put: (entry) => run("readwrite", (store) => store.put(entry)),
    remove: (key) => run("readwrite", (store) => store.delete(key)),
    all: async () => (await run("readonly", (store) => store.getAll())).sort((a, b) => a.at - b.at),
  };
})();
