#!/usr/bin/env node
// Plain old syntax up to the check: a site's Node may be too old to parse the rest.
var version = process.versions.node.split('.');
if (Number(version[0]) < 20 || (version[0] === '20' && Number(version[1]) < 19)) {
  process.stderr.write('xbundle needs Node.js 20.19 or newer; this is ' + process.versions.node + '.\n');
  process.exitCode = 2;
} else {
  // Node.js 22.1 and newer keep compiled code between runs.
  /** @type {object} */
  var loader = process.getBuiltinModule('node:module');
  if ('enableCompileCache' in loader && typeof loader.enableCompileCache === 'function')
    loader.enableCompileCache();
  import(new URL('../dist/main.js', import.meta.url).href).then(function (module) {
    return module.main();
  });
}
