// Runs compile_tree.py in CPython on WebAssembly: node compile.mjs <pyodide.mjs> <compile_tree.py> <3.x> <folder>
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [pyodide, script, version, folder] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(pyodide));
// A fixed hash seed: the order of a set must not reach the bytes.
const python = await loadPyodide({ env: { PYTHONHASHSEED: "0", HOME: "/" } });
const running = python.runPython("import sys; '%d.%d' % sys.version_info[:2]");
if (running !== version) {
  console.error(`The compiler is Python ${running}, but the functions run on ${version}.`);
  process.exit(1);
}
python.mountNodeFS("/bundle", folder);
const globals = python.toPy({ __name__: "compile_tree" });
python.runPython(readFileSync(script, "utf8"), { globals });
globals.get("compile_tree")("/bundle");
