using System.CommandLine;
using Gatehouse.Cli.Output;

var parsed = Gatehouse.Range.Cli.RangeCommand.Create().Parse(args);
var code = await parsed.InvokeAsync(new InvocationConfiguration { Error = new VisibleWriter(Console.Error) }).ConfigureAwait(false);

// The library ends with 1 for a wrong command line, which here means that the answer is no.
return code != ExitCodes.Done && parsed.Errors.Count > 0 ? ExitCodes.Usage : code;
