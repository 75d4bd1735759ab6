using System.Globalization;
using System.Text.Json;
using Gatehouse.Administration;
using Gatehouse.Audit;
using Gatehouse.Audit.Search;
using Gatehouse.Configuration;
using Gatehouse.Configuration.Reading;
using Gatehouse.Gateway.Administration;
using Gatehouse.Gateway.Configurations;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Identity.Development;
using Gatehouse.Ipc;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Configurations;

/// <summary>A gateway in this process that was started from files: a configuration and a file of its policy.</summary>
internal sealed class FiledGateway : IAsyncDisposable
{
    public static readonly PeerAccount Own = new(1, PeerAccount.OwnUserId());

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gatehouse-filed-");
    private readonly string url = $"http://127.0.0.1:{LoopbackPorts.Next().ToString(CultureInfo.InvariantCulture)}";

    private FiledGateway()
    {
        File.WriteAllText(Main, $"""
            version: 1
            publicUrl: {url}
            listen:
              url: {url}
            state: {Path.Combine(folder.FullName, "state")}
            administration:
              who:
                subjects: [carol]
            servers:
              up:
                path: /mcp
                url: http://127.0.0.1:1/
            policyFiles: [team.yaml]

            """);
        WritePolicy("alice");
    }

    /// <summary>The configuration file.</summary>
    public string Main => Path.Combine(folder.FullName, "gatehouse.yaml");

    /// <summary>The file of the policy.</summary>
    public string Policy => Path.Combine(folder.FullName, "team.yaml");

    /// <summary>The folder of both.</summary>
    public string Folder => folder.FullName;

    /// <summary>The folder of the texts.</summary>
    public string Texts => Path.Combine(folder.FullName, "state", "configurations");

    public GatewayHost Host { get; private set; } = null!;

    public ConfigurationRecorder Recorder => Host.Core.Services.Configurations;

    public AdministrationService Administration => GatewayAdministration.Of(Host);

    /// <summary>The digest in force.</summary>
    public string InForce => Recorder.InForce!.Digest;

    /// <summary>Flags of the process.</summary>
    public IReadOnlyDictionary<string, string> Flags { get; set; } = new Dictionary<string, string>();

    public static async Task<FiledGateway> StartAsync(IAuditLog? audit = null)
    {
        var gateway = new FiledGateway();
        await gateway.StartHostAsync(audit);
        return gateway;
    }

    /// <summary>Ends the host, runs the change, and starts another host over the same folders.</summary>
    public async Task RestartAsync(Action? between = null)
    {
        await Host.DisposeAsync();
        between?.Invoke();
        await StartHostAsync(null);
    }

    public void WritePolicy(string who) =>
        File.WriteAllText(Policy, $"version: 1\nrules:\n  - id: team\n    permit:\n      subjects: [{who}]\n      servers: [up]\n");

    public ConfigurationRequest Request() => new() { Path = Main, Development = true, Flags = Flags, Environment = static _ => null };

    /// <summary>Puts the files on the disk in force, and returns their digest.</summary>
    public async Task<string> ReloadAsync()
    {
        Assert.Empty(await Host.ReloadAsync());
        return InForce;
    }

    public AdministratorCredentials Carol() => new(Own)
    {
        Token = Host.Development!.Mint(new DevelopmentGrant
        {
            Subject = "carol",
            Audience = Host.Snapshots.Current.Settings.AdministrationResource,
            ClientId = "desk",
            Lifetime = TimeSpan.FromMinutes(10),
        }).Reveal().ToString(),
    };

    public async Task<ActionOutcome<ConfigurationRolledBack>> RollBackAsync(string digest, bool force = false) =>
        await Administration.DoAsync(new RollBackConfiguration(digest, "ticket 4711", force), Carol());

    public async Task<IReadOnlyList<ConfigurationView>> HistoryAsync(int limit = 50) =>
        (await Administration.DoAsync(new ListConfigurations(limit), new AdministratorCredentials(Own))).Result!.Changes;

    /// <summary>The digests in the log that begin so.</summary>
    public async Task<IReadOnlyCollection<string>> FindAsync(string beginning, bool withReplaced)
    {
        await Host.Core.Services.Audit.FlushAsync();
        return await new ConfigurationLog(new LogScan(new LogSource(Host.State.Audit))).FindAsync(beginning, withReplaced, CancellationToken.None);
    }

    /// <summary>The entries of an act, opened.</summary>
    public async Task<IReadOnlyList<JsonElement>> EntriesAsync(string act)
    {
        await Host.Core.Services.Audit.FlushAsync();
        return [.. OpenedLog.Read(Host.State.Audit, TimeProvider.System).Where(entry => Fact(entry, "act") == act)];
    }

    public static string? Fact(JsonElement entry, string name) => entry.TryGetProperty(name, out var value) ? value.ToString() : null;

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        folder.Delete(recursive: true);
    }

    private async Task StartHostAsync(IAuditLog? audit)
    {
        var first = ConfigurationLoader.Load(Request());
        Assert.Empty(first.Faults);
        Host = await GatewayHost.StartAsync(first.Settings!, new GatewayHostOptions
        {
            AuditLog = audit,
            Configuration = first.Texts,
            Reload = () => ConfigurationLoader.Load(Request()),
            ReadStored = stored => ConfigurationLoader.Load(Request() with { Instead = stored }),
        });
    }
}
