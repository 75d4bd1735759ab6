using System.Text.Json.Nodes;
using Gatehouse.Text;

namespace Gatehouse.Audit.Verifier;

/// <summary>The output of this program: data to stdout, everything else to stderr.</summary>
internal sealed class ConsoleShown : IShown
{
    private const int FormatVersion = 1;

    public void Row(string line) => Console.Out.WriteLine(VisibleText.Escape(line));

    public void Note(string line) => Console.Error.WriteLine(VisibleText.Escape(line));

    public void Fault(string line, string remedy)
    {
        Console.Error.WriteLine($"gatehouse-verify: {VisibleText.Escape(line)}");
        Console.Error.WriteLine($"  {VisibleText.Escape(remedy)}");
    }

    public void Json(string kind, JsonNode value) => Console.Out.WriteLine(WrittenJson.Of(WrittenJson.Versioned(FormatVersion, kind, value)));
}
