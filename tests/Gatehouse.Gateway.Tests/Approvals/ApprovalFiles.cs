using Gatehouse.Configuration;
using Gatehouse.Configuration.Reading;
using Gatehouse.Settings;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Approvals;

/// <summary>
/// A configuration file and a file of its policy, and the server that they name. Each start with them is the same gateway: address, state folder and
/// server are those of the first one.
/// </summary>
internal sealed class ApprovalFiles : IAsyncDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gatehouse-approvals-");
    private string? state;

    private ApprovalFiles(RecordingUpstream upstream) => Upstream = upstream;

    /// <summary>The server behind the gateway.</summary>
    public RecordingUpstream Upstream { get; }

    /// <summary>The calls that the server received.</summary>
    public IReadOnlyList<ReceivedRequest> Forwarded => Upstream.Of("tools/call");

    private string Main => Path.Combine(folder.FullName, "gatehouse.yaml");

    private string Policy => Path.Combine(folder.FullName, "team.yaml");

    public static async Task<ApprovalFiles> CreateAsync(string rules)
    {
        var upstream = await RecordingUpstream.StartAsync();
        upstream.OnResult("tools/call", """{"resultType":"complete","content":[{"type":"text","text":"done"}]}""");
        var files = new ApprovalFiles(upstream);
        files.Write(rules);
        return files;
    }

    /// <summary>Writes the rules of the policy.</summary>
    public void Write(string rules) => File.WriteAllText(Policy, "version: 1\nrules:\n" + rules);

    /// <summary>Writes the configuration at the first start, and reads it.</summary>
    public GatewaySettings Load(GatewaySettings given)
    {
        if (state is null)
        {
            state = given.StateDirectory;
            File.WriteAllText(Main, $$"""
                version: 1
                publicUrl: {{given.PublicUrl}}
                listen: { url: "{{given.Listen.Url}}" }
                state: {{state}}
                lock: { firstUse: "off" }
                approvals: { hold: 4m }
                servers:
                  up: { path: /mcp, url: "{{Upstream.Url}}" }
                policyFiles: [team.yaml]

                """);
        }
        else
        {
            Directory.Delete(given.StateDirectory, recursive: true); // the gateway keeps its own
        }

        var loaded = Reload();
        Assert.Empty(loaded.Faults);
        return loaded.Settings!;
    }

    /// <summary>Reads the files as they are now.</summary>
    public ConfigurationResult Reload() =>
        ConfigurationLoader.Load(new ConfigurationRequest { Path = Main, Development = true, Environment = static _ => null });

    public async ValueTask DisposeAsync()
    {
        await Upstream.DisposeAsync();
        folder.Delete(recursive: true);
        if (state is not null && Directory.Exists(state)) Directory.Delete(state, recursive: true);
    }
}
