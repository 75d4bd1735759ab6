using System.Collections.Concurrent;
using Gatehouse.Audit.Search;
using Gatehouse.Ipc;
using Gatehouse.Local;
using Gatehouse.Pipeline;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Local;

/// <summary>A host of a person's machine in this process, with places of its own.</summary>
internal sealed class LocalHostFixture : IAsyncDisposable
{
    private readonly DirectoryInfo folder;

    private LocalHostFixture(DirectoryInfo folder, RuntimePaths places, LocalHost host, ConcurrentQueue<string> diagnostics) =>
        (this.folder, Places, Host, Diagnostics) = (folder, places, host, diagnostics);

    public RuntimePaths Places { get; }

    public LocalHost Host { get; private set; }

    public ConcurrentQueue<string> Diagnostics { get; }

    public static CommandLine Command { get; } = new(["server", "--flag"], "/usr/bin/server", "/srv/work", ["TOKEN"])
    { Minimum = new Dictionary<string, string> { ["PATH"] = "/usr/bin" } };

    public static async Task<LocalHostFixture> StartAsync(
        string? yaml = null, TimeProvider? time = null, PartReplacements? replace = null, IStore? store = null)
    {
        var folder = Directory.CreateTempSubdirectory("gh-personal-");
        var places = NewPlaces(folder.FullName);
        if (yaml is not null) Write(places, yaml);
        var diagnostics = new ConcurrentQueue<string>();
        return new LocalHostFixture(folder, places, (await StartHostAsync(places, diagnostics, time, replace, store))!, diagnostics);
    }

    public static RuntimePaths NewPlaces(string folder) =>
        new(Path.Join(folder, "state"), Path.Join(folder, "run"), Path.Join(folder, "personal.yaml"));

    public static void Write(RuntimePaths places, string yaml) => File.WriteAllText(places.Configuration, yaml);

    public static Task<LocalHost?> StartHostAsync(
        RuntimePaths places, ConcurrentQueue<string>? diagnostics = null, TimeProvider? time = null, PartReplacements? replace = null,
        IStore? store = null) =>
            LocalHost.StartAsync(new LocalHostOptions
            {
                Places = places,
                Host = new GatewayHostOptions
                {
                    Time = time ?? TimeProvider.System,
                    Log = new EventTexts(line => diagnostics?.Enqueue(line)),
                    ServerOutput = line => diagnostics?.Enqueue(line),
                    Replacements = replace ?? PartReplacements.None,
                    Store = store,
                },
            });

    /// <summary>As after a crash: another host over the same state.</summary>
    public async Task RestartAsync()
    {
        await Host.DisposeAsync();
        Host = (await StartHostAsync(Places, Diagnostics))!;
    }

    /// <summary>A wrapper of the approved command, with its child.</summary>
    public async Task<FakeWrapper> WrapAsync(string name = "tool-server", string session = "", int attempt = 0, string? folder = null)
    {
        var command = folder is null ? Command : Command with { Folder = folder };
        await Host.Commands.ApproveAsync(name, command);
        return await FakeWrapper.ConnectAsync(Places,
            new ClientHello { Name = name, Command = command, Session = session, Attempt = attempt, TakesNotices = true });
    }

    public IReadOnlyList<string> Entries() => [.. OpenedLog.Read(Path.Join(Places.State, "audit"), TimeProvider.System)
        .Select(entry => entry.GetRawText())];

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        folder.Delete(recursive: true);
    }
}
