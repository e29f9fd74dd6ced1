// The service worker, served as /sw.js with its SHELL in front. It keeps our hashed files and one page without anybody's
// data; never another page, never an answer of the API.
"use strict";

/* global SHELL */
const PREFIX = "jufu-";
const CACHE = PREFIX + SHELL.version;
const EXACT = { ignoreVary: true };

async function fill() {
  const cache = await caches.open(CACHE);
  await cache.addAll([...SHELL.files, new Request(SHELL.page, { cache: "reload" })]);
  await self.skipWaiting();
}

async function sweep() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== CACHE).map((name) => caches.delete(name)));
  await self.clients.claim();
}

const isFile = (url) => url.pathname === SHELL.vendor || (url.pathname.startsWith(SHELL.static) && url.searchParams.has("v"));

async function file(request) {
  const kept = await caches.match(request, EXACT);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok && answer.type === "basic") {
    const copy = answer.clone();
    await (await caches.open(CACHE)).put(request, copy);
  }
  return answer;
}

async function page(request) {
  try {
    return await fetch(request);
  } catch (error) {
    return (await caches.match(SHELL.page, EXACT)) || Promise.reject(error);
  }
}

self.addEventListener("install", (event) => event.waitUntil(fill()));
self.addEventListener("activate", (event) => event.waitUntil(sweep()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (isFile(url)) event.respondWith(file(request));
});
