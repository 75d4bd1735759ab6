using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Lists;
using Gatehouse.Pipeline.Upstream;
using Gatehouse.Policy;
using Gatehouse.Settings;

namespace Gatehouse.Pipeline.Tests;

/// <summary>What an author of a server would write over the server's own collections.</summary>
internal sealed class SdkCatalogue(params string[] tools) : ICatalogue
{
    public IReadOnlyList<string> Prompts { get; init; } = [];

    public IReadOnlyList<string> Resources { get; init; } = [];

    public ValueTask<UpstreamProfile> ProfileAsync(ServerSettings server, PolicySubject? asker, CancellationToken cancellation) =>
        ValueTask.FromResult(new UpstreamProfile(["2026-07-28"], ["2025-11-25"]));

    public ValueTask<bool> IssuesSessionsAsync(ServerSettings server, PolicySubject? asker, CancellationToken cancellation) =>
        ValueTask.FromResult(false);

    public void BeganSession(ServerSettings server)
    {
    }

    public ValueTask<ServerList> ListAsync(Exchange exchange, ListKind kind, CancellationToken cancellation) => ValueTask.FromResult(
        new ServerList(kind, [.. Names(kind).Select(name => new ListEntry(name, "{}"u8.ToArray(), new byte[32]))], new byte[32]));

    public ValueTask<ServerList> RenewAsync(Exchange exchange, ListKind kind, CancellationToken cancellation) =>
        ListAsync(exchange, kind, cancellation);

    public ServerList? Known(Exchange exchange, ListKind kind) => null;

    private IReadOnlyList<string> Names(ListKind kind) => kind switch
    {
        ListKind.Tools => tools,
        ListKind.Prompts => Prompts,
        ListKind.Resources => Resources,
        _ => [],
    };

    public void Changed(ServerSettings server, ListKind kind)
    {
    }
}
