using System.CommandLine;
using Gatehouse.Audit.Verifier;

// A word is data, also one that begins with "@": the library would read a file of that name and take its lines as words.
var parsed = VerifierCommand.Create(new ConsoleShown()).Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
var code = await parsed.InvokeAsync().ConfigureAwait(false);

// The library ends with 1 for a wrong command line, which here means that the answer is no.
return parsed.Errors.Count > 0 ? 2 : code;
