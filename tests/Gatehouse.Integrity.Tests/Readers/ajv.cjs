// Reads one case a line, {"schema":…,"value":…}, and answers true or false as another validator of JSON Schema 2020-12 sees it.
const { createInterface } = require('node:readline');
const Ajv = require(`${process.argv[2]}/ajv/dist/2020.js`).default;

createInterface({ input: process.stdin }).on('line', (line) => {
  const { schema, value } = JSON.parse(line);
  const ajv = new Ajv({ strict: false, validateFormats: false, logger: false });
  let answer;
  try {
    answer = ajv.validate(schema, value);
  } catch {
    answer = 'none'; // A few schemas make its generated code fail.
  }
  process.stdout.write(`${answer}\n`);
});
