using Gatehouse.Administration;
using Gatehouse.Audit.Search;
using Gatehouse.Gateway.Configurations;
using Gatehouse.Gateway.Hosting;

namespace Gatehouse.Gateway.Administration;

/// <summary>The configurations of a gateway, as administrators see them: which were in force by the audit log, and the way back.</summary>
internal sealed class ConfigurationAdministration(GatewayCore core, IEntrySearch search) : IConfigurationAdministration
{
    private readonly ConfigurationLog log = new(search);
    private readonly ConfigurationRecorder configurations = core.Services.Configurations;

    public Task<IReadOnlyList<ConfigurationView>> ListAsync(int limit) =>
        log.NewestAsync(limit, configurations.InForce?.Digest, configurations.Store.Has, CancellationToken.None);

    public async Task<ActionRefusal?> MissingAsync(string digest)
    {
        if (configurations.InForce is null) return ActionRefusal.NotFromFile;
        var found = await log.FindAsync(digest, withReplaced: false, CancellationToken.None).ConfigureAwait(false);
        return found.Count switch { 0 => ActionRefusal.UnknownConfiguration, 1 => null, _ => ActionRefusal.AmbiguousConfiguration };
    }

    public async Task<ActionOutcome<ConfigurationRolledBack>> RollBackAsync(string digest, bool force, Administrator by)
    {
        if (configurations.InForce is null) return ActionRefusal.NotFromFile;
        var found = await log.FindAsync(digest, withReplaced: false, CancellationToken.None).ConfigureAwait(false);
        return found.Count switch
        {
            0 => ActionRefusal.UnknownConfiguration,
            1 => await core.Rollback.RunAsync(found.Single(), force, by).ConfigureAwait(false),
            _ => ActionRefusal.AmbiguousConfiguration,
        };
    }
}
