using System.Text.Json;

namespace Gatehouse.Fixture.Tools;

/// <summary>Tools that exist only over stdio.</summary>
internal static class StdioTools
{
    public static IEnumerable<FixtureTool> All { get; } =
    [
        // Names only: what a test wants to know is which variables crossed, and values may be secrets.
        new("env", "The names of the environment variables, as a JSON array", FixtureTool.NoArguments,
            _ => Content.Result(JsonSerializer.Serialize(Names()))),
    ];

    private static IOrderedEnumerable<string> Names() =>
        Environment.GetEnvironmentVariables().Keys.Cast<string>().Order(StringComparer.Ordinal);
}
