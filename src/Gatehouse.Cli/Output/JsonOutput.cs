using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gatehouse.Cli.Output;

/// <summary>The <c>--json</c> form: one object with its version, so that scripts can rely on it.</summary>
internal static class JsonOutput
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public static void Write(string kind, object value) =>
        Terminal.Data(JsonSerializer.Serialize(new Dictionary<string, object> { ["version"] = 1, ["kind"] = kind, [kind] = value }, Options));
}
