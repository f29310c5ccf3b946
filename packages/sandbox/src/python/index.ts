export { createPythonSandbox, type PythonSandboxOptions, pythonSandboxLimits } from './create-python-sandbox.js';
export { pyodideVersion } from './python-command.js';
