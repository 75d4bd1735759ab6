using System.Text.Json.Nodes;
using Gatehouse.Audit.Verifier;

namespace Gatehouse.Cli.Output;

/// <summary>The output of the auditor's commands, where they are commands of <c>gatehouse</c>.</summary>
internal sealed class TerminalShown : IShown
{
    public void Row(string line) => Terminal.Row(line);

    public void Note(string line) => Terminal.NoteLine(line);

    public void Fault(string line, string remedy)
    {
        Terminal.Fault(line);
        Terminal.Hint(remedy);
    }

    public void Json(string kind, JsonNode value) => JsonOutput.Write(kind, value);
}
