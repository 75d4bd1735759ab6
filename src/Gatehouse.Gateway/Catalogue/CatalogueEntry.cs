using Gatehouse.Pipeline;
using Gatehouse.Pipeline.Configuration;

namespace Gatehouse.Gateway.Catalogue;

/// <summary>What is known of one server, and how old it is.</summary>
internal sealed class CatalogueEntry(ServerSettings server, CatalogueFetcher fetcher, TimeProvider time)
{
    // How long an answer serves before it is asked for again.
    private static readonly TimeSpan ProfileLife = TimeSpan.FromMinutes(5);

    // A name that is not there is looked for once more, but a flood of made-up names must not become a flood of fetches.
    private static readonly TimeSpan RefetchPause = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim fetching = new(1, 1);
    private volatile Known<UpstreamProfile>? profile;
    private volatile Known<ToolSet>? tools;

    public ServerSettings Server => server;

    public async ValueTask<UpstreamProfile> ProfileAsync(CancellationToken cancellation)
    {
        if (profile is { } known && Age(known.At) < ProfileLife) return known.Value;
        await fetching.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (profile is { } meanwhile && Age(meanwhile.At) < ProfileLife) return meanwhile.Value;
            var value = await fetcher.ProbeAsync(cancellation).ConfigureAwait(false);
            profile = new Known<UpstreamProfile>(value, time.GetTimestamp());
            return value;
        }
        finally
        {
            fetching.Release();
        }
    }

    public async ValueTask<ToolDefinition?> FindToolAsync(string name, CancellationToken cancellation)
    {
        if (tools is { } known && Age(known.At) < known.Value.Life && known.Value.ByName.TryGetValue(name, out var tool)) return tool;
        await fetching.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (tools is { } meanwhile && IsGoodFor(meanwhile, name)) return meanwhile.Value.ByName.GetValueOrDefault(name);
            var value = await fetcher.FetchToolsAsync(cancellation).ConfigureAwait(false);
            tools = new Known<ToolSet>(value, time.GetTimestamp());
            return value.ByName.GetValueOrDefault(name);
        }
        catch (RefusalException e)
        {
            throw new RefusalException(Reasons.DefinitionMissing, e.Refusal.Reason.Slug, e);
        }
        finally
        {
            fetching.Release();
        }
    }

    public void ToolsChanged() => tools = null;

    private bool IsGoodFor(Known<ToolSet> known, string name)
    {
        var age = Age(known.At);
        return age < RefetchPause || (age < known.Value.Life && known.Value.ByName.ContainsKey(name));
    }

    private TimeSpan Age(long at) => time.GetElapsedTime(at);

    private sealed record Known<T>(T Value, long At);
}
