using System.Text.Json;
using Gatehouse.Inventory;
using Gatehouse.Inventory.Model;
using Gatehouse.Inventory.Places;
using Gatehouse.Range.Running;

namespace Gatehouse.Range.Exercises;

/// <summary>
/// An attack on what a person is shown of the servers that a client would start. The script plants the configuration of a client;
/// the tool under attack makes of it what the person looks at.
/// </summary>
public abstract class ScreenExercise : OfflineExercise<Func<string, Task<string>>>
{
    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP03", "MCP09"];

    /// <summary>A client's configuration with these servers, each with its command line.</summary>
    internal static string Configuration(params (string Name, string[] CommandLine)[] servers) => JsonSerializer.Serialize(new
    {
        mcpServers = servers.ToDictionary(server => server.Name,
            server => (object)new { command = server.CommandLine[0], args = server.CommandLine[1..] }),
    });

    /// <summary>The scan of a home folder with nothing but this configuration in it.</summary>
    internal static async Task<ScanReport> ScanAsync(RangeFixture fixture, string configuration)
    {
        var home = fixture.AnotherFolder("home");
        Directory.CreateDirectory(Path.Combine(home, ".cursor"));
        await File.WriteAllTextAsync(Path.Combine(home, ".cursor", "mcp.json"), configuration).ConfigureAwait(false);
        var machine = Machine.At(MachineSystem.Linux, home, Path.Combine(home, "system"));
        return await Scanner.ScanAsync(new ScanOptions { Machine = machine }, TimeProvider.System, CancellationToken.None).ConfigureAwait(false);
    }
}
