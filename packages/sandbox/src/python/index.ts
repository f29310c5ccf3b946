export { createPythonSandbox, type PythonSandboxOptions, pythonSandboxLimits } from './create-python-sandbox.js';
