// Keeps one page without names and what it needs, and shows it when the arrivals cannot be reached. Nothing else is kept.
"use strict";

const CACHE = "clubhouse-{{ version }}";
const OFFLINE = "{{ offline|escapejs }}";
const FILES = [{% for file in files %}"{{ file|escapejs }}"{% if not forloop.last %}, {% endif %}{% endfor %}];

self.addEventListener("install", function (event) {
  event.waitUntil(caches.open(CACHE).then(function (cache) { return cache.addAll(FILES); }).then(function () { return self.skipWaiting(); }));
});

self.addEventListener("activate", function (event) {
  event.waitUntil(caches.keys().then(function (names) {
    return Promise.all(names.filter(function (name) { return name !== CACHE; }).map(function (name) { return caches.delete(name); }));
  }).then(function () { return self.clients.claim(); }));
});

self.addEventListener("fetch", function (event) {
  const request = event.request;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate" && url.pathname.startsWith("/arrivals/")) {
    event.respondWith(fetch(request).catch(function () { return caches.match(OFFLINE); }));
  } else if (FILES.includes(url.pathname)) {
    event.respondWith(fetch(request).catch(function () { return caches.match(request); }));
  }
});
