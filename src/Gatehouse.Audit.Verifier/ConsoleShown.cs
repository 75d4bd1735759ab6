using System.Text.Json;
using System.Text.Json.Serialization;
using Gatehouse.Text;

namespace Gatehouse.Audit.Verifier;

/// <summary>The output of this program: data to stdout, everything else to stderr.</summary>
internal sealed class ConsoleShown : IShown
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public void Row(string line) => Console.Out.WriteLine(VisibleText.Escape(line));

    public void Note(string line) => Console.Error.WriteLine(VisibleText.Escape(line));

    public void Fault(string line, string remedy)
    {
        Console.Error.WriteLine($"gatehouse-verify: {VisibleText.Escape(line)}");
        Console.Error.WriteLine($"  {VisibleText.Escape(remedy)}");
    }

    public void Json(string kind, object value) => Console.Out.WriteLine(JsonApostrophe.Restore(
        JsonSerializer.Serialize(new Dictionary<string, object> { ["version"] = 1, ["kind"] = kind, [kind] = value }, Options)));
}
