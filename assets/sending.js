/* A file is sent piece by piece: what the connection breaks is tried again, and what has come before goes on from there. */
(function () {
  "use strict";
  var parterre = window.parterre = window.parterre || {};
  var PIECE = 4e6;
  var WAITS = [1, 2, 4, 8, 15, 30];  // seconds before each new try, one after another without a byte in between
  var SECOND = 1000;
  var GIVEN_UP = "The connection broke. What has come is kept for a day: choose the same file again, and it goes on from there.";

  /* Whether what the server has of a file is how this one begins. Where the browser can't tell, it is not. */
  function begins(file, blocks) {
    if (!window.crypto || !window.crypto.subtle) { return Promise.resolve(false); }
    return blocks.reduce(function (before, block, place) {
      return before.then(function (same) { return same && isBlock(file, block, place * PIECE); });
    }, Promise.resolve(true));
  }

  function isBlock(file, block, start) {
    return file.slice(start, start + block.size).arrayBuffer().then(function (bytes) {
      return window.crypto.subtle.digest("SHA-256", bytes);
    }).then(function (digest) {
      var hex = Array.prototype.map.call(new Uint8Array(digest), function (byte) { return byte.toString(16).padStart(2, "0"); });
      return hex.join("") === block.digest;
    });
  }

  function begin(file, anew) {
    return parterre.ask("POST", "/data/files", { name: file.name, size: file.size, anew: anew }).then(function (begun) {
      if (begun.whole || !begun.blocks.length) { return begun; }
      var blocks = begun.blocks.map(function (digest, place) {
        return { digest: digest, size: Math.min(PIECE, begun.offset - place * PIECE) };
      });
      return begins(file, blocks).then(function (same) { return same ? begun : begin(file, true); });
    });
  }

  /* `hear.told` hears what part has gone and whether it waits for the connection; `hear.done` the answer; `hear.failed` why not. */
  parterre.sendPieces = function (file, hear) {
    var request = null, timer = 0, ended = false, id = "", tries = 0;

    function fail(words) { ended = true; hear.failed(words); }

    function put(offset) {
      if (ended) { return; }
      request = new XMLHttpRequest();
      request.open("PUT", parterre.at("/data/files/" + id + "?offset=" + offset));
      request.setRequestHeader("X-CSRFToken", window.parterreToken());
      request.setRequestHeader("Accept", "application/json");
      request.setRequestHeader("Content-Type", "application/octet-stream");
      request.upload.onprogress = function (event) { hear.told((offset + event.loaded) / file.size, false); };
      request.onload = function () { answered(offset, request.status, read(request.responseText)); };
      request.onerror = function () { later(offset); };
      request.send(file.slice(offset, offset + PIECE));
    }

    function read(text) { try { return JSON.parse(text); } catch (error) { return {}; } }

    function answered(offset, status, answer) {
      if (ended) { return; }
      if (status === 401) { parterre.signIn(); return; }
      if (status === 200) { tries = 0; go(answer); return; }
      /* The server has more or less of it than we thought. */
      if (status === 409 && answer.offset !== offset && answer.offset >= 0) { tries += 1; later(answer.offset); return; }
      if (status >= 502 || status === 0) { later(offset, answer.error); return; }
      fail(answer.error || GIVEN_UP);
    }

    function go(answer) {
      if (answer.whole) { ended = true; hear.told(1, false); hear.done(id); } else { put(answer.offset); }
    }

    function later(offset, why) {
      if (ended) { return; }
      if (tries >= WAITS.length) { fail(why || GIVEN_UP); return; }
      hear.told(offset / file.size, true);
      timer = window.setTimeout(put, WAITS[tries] * SECOND, offset);
      tries += 1;
    }

    begin(file, false).then(function (begun) {
      id = begun.id;
      if (ended) { leave(); } else { go(begun); }
    }, function (error) { if (!ended) { fail(error.status ? error.message : GIVEN_UP); } });

    function leave() { if (id) { parterre.ask("POST", "/data/files/" + id + "/remove").catch(function () { /* it goes in a day */ }); } }

    return {
      abort: function () {
        ended = true;
        window.clearTimeout(timer);
        if (request) { request.abort(); }
        leave();
      }
    };
  };
}());
